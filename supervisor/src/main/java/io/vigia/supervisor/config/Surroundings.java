package io.vigia.supervisor.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What configuration depends on beside files and flags.
 *
 * @param uid effective user id; 0 is root
 * @param workingDirectory what relative paths of flags and variables start from; absolute
 * @param etc where {@code vigia.yaml} is looked for
 */
public record Surroundings(int uid, Map<String, String> environment, Path workingDirectory, Path etc) {
    private static final Path ETC = Path.of("/etc/vigia");
    /** proc_pid_status(5): real, effective, saved and file system id. */
    private static final Pattern UID = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)");

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Of this process. Reads {@code /proc/self/status}. */
    public static Surroundings ofThisProcess() {
        return new Surroundings(effectiveUid(), System.getenv(), Path.of("").toAbsolutePath(), ETC);
    }

    private static int effectiveUid() {
        try {
            Matcher uid = UID.matcher(Files.readString(Path.of("/proc/self/status")));
            return uid.find() ? Integer.parseUnsignedInt(uid.group(1)) : 0;
        } catch (IOException e) {
            // Without /proc nothing else of vigia works either; the start says so with a better reason.
            return 0;
        }
    }

    /** Whether Kubernetes' downward API told in which pod this is. */
    boolean isInPod() {
        return !environment.getOrDefault(ConfigKey.PREFIX + PodGroups.UID, "").isEmpty();
    }

    boolean isRoot() {
        return uid == 0;
    }

    /** {@code null} when there is none, which is an error only if nothing names another place. */
    @Nullable
    Path defaultSocket() {
        if (isRoot()) {
            return Path.of("/run/vigia/vigia.sock");
        }
        Path runtime = absolute("XDG_RUNTIME_DIR");
        if (runtime == null) {
            Path usual = Path.of("/run/user/" + Integer.toUnsignedString(uid));
            runtime = Files.isWritable(usual) ? usual : null;
        }
        return runtime == null ? null : runtime.resolve("vigia/vigia.sock");
    }

    /** {@code null} when there is none. */
    @Nullable
    Path defaultStateDir() {
        if (isRoot()) {
            return Path.of("/var/lib/vigia");
        }
        Path state = absolute("XDG_STATE_HOME");
        Path home = absolute("HOME");
        if (state == null && home != null) {
            state = home.resolve(".local/state");
        }
        return state == null ? null : state.resolve("vigia");
    }

    /** The XDG Base Directory specification has relative paths ignored. */
    private @Nullable Path absolute(String variable) {
        String text = environment.getOrDefault(variable, "");
        return text.startsWith("/") && text.indexOf('\0') < 0 ? Path.of(text).normalize() : null;
    }
}
