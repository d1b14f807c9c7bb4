package io.vigia.kernel.process;

import io.vigia.kernel.cgroup.Cgroup.Entry;
import io.vigia.kernel.model.Credentials;
import io.vigia.kernel.model.IoPriority;
import io.vigia.kernel.model.ResourceLimit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process to start.
 *
 * @param command program and arguments; a program without a slash is looked up in {@code PATH} of {@code env}
 * @param env the whole environment
 * @param workdir absolute, or {@code null} for {@code /}
 * @param stdoutPath append-opened file for stdout and stderr (O_APPEND|O_CREAT, 0640), with an empty stdin; or {@code null}
 *     for vigia's own three standard streams
 * @param entry the cgroup to be born in, or {@code null} to stay in vigia's
 * @param nice -20 to 19, or {@code null} for vigia's own
 * @param ioPriority or {@code null} for what the kernel makes of {@code nice}
 * @param limits resource limits beside those that every child gets, in this order
 * @param user or {@code null} for vigia's own
 */
public record SpawnRequest(
        List<String> command,
        Map<String, String> env,
        @Nullable String workdir,
        @Nullable String stdoutPath,
        @Nullable Entry entry,
        @Nullable Integer nice,
        @Nullable IoPriority ioPriority,
        List<ResourceLimit> limits,
        @Nullable Credentials user) {
    public SpawnRequest {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        limits = List.copyOf(limits);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least a program");
        }
    }

    /** With vigia's own user, io priority and limits. */
    public SpawnRequest(
            List<String> command,
            Map<String, String> env,
            @Nullable String workdir,
            @Nullable String stdoutPath,
            @Nullable Entry entry,
            @Nullable Integer nice) {
        this(command, env, workdir, stdoutPath, entry, nice, null, List.of(), null);
    }
}
