package io.vigia.supervisor.config;

import io.vigia.kernel.model.Credentials;
import io.vigia.kernel.model.IoPriority;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.ResourceLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One supervised process tree of a managed group. So far plain processes only ({@code namespaces: []}).
 *
 * @param command program and arguments, not empty
 * @param workdir absolute, or {@code null} for {@code /}
 * @param nice -20 to 19, or {@code null} to inherit
 * @param ioPriority {@code null}: as the kernel derives it from {@code nice}
 * @param limits of the cgroup
 * @param user {@code null}: vigia's own
 * @param dependsOn containers of the same group that must have come so far before this one starts
 * @param attached to vigia's own standard streams instead of a log; for {@code vigia run}, no manifest can say it
 */
public record ContainerSpec(
        String name,
        List<String> command,
        Map<String, String> env,
        @Nullable String workdir,
        @Nullable Integer nice,
        @Nullable IoPriority ioPriority,
        List<ResourceLimit> rlimits,
        @Nullable Credentials user,
        Map<LimitFile, LimitValue> limits,
        Restart restart,
        Stop stop,
        List<Dependency> dependsOn,
        boolean attached) {
    public ContainerSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        rlimits = List.copyOf(rlimits);
        limits = Map.copyOf(limits);
        dependsOn = List.copyOf(dependsOn);
    }

    /**
     * When to start again.
     *
     * @param backoffMin wait before the first restart; doubles up to {@code backoffMax}
     * @param giveUpCount give up after this many restarts within {@code giveUpWithin}; 0: never
     */
    public record Restart(
            RestartPolicy policy, Duration backoffMin, Duration backoffMax, int giveUpCount, Duration giveUpWithin) {
        public static final Restart DEFAULT =
                new Restart(RestartPolicy.ALWAYS, Duration.ofMillis(200), Duration.ofSeconds(30), 0, Duration.ZERO);
    }

    /** {@code restart.policy}. */
    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    /** @param signal a number as on this machine, from {@code TERM}, {@code SIGTERM} or a number */
    public record Stop(int signal, Duration grace) {
        public static final Stop DEFAULT = new Stop(15, Duration.ofSeconds(10));
    }

    /** {@code depends_on}. */
    public record Dependency(String container, Condition condition) {
        /** How far the other one must have come. */
        public enum Condition {
            STARTED,
            READY,
            COMPLETED
        }
    }
}
