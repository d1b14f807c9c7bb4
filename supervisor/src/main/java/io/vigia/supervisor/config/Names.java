package io.vigia.supervisor.config;

import io.vigia.kernel.model.Controller;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which names groups, containers and policies may have. */
public final class Names {
    public static final int MAX_LENGTH = 63;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    /** Where vigia itself may have to live, beside its groups. */
    private static final String OWN_LEAF = "supervisor";
    /** Files of every v1 directory that have no controller's prefix. */
    private static final Set<String> V1_FILES = Set.of("tasks", "notify_on_release", "release_agent");
    /** Makers of files beside the v2 controllers: the core, pressure, and what only v1 has. */
    private static final Set<String> OTHER_PREFIXES = Set.of(
            "cgroup", "irq", "cpuacct", "blkio", "freezer", "devices", "net_cls", "net_prio", "perf_event", "dmem");

    private Names() {}

    /** What is wrong with the name of a policy, or {@code null}. */
    public static @Nullable String whatIsWrong(String name) {
        if (name.length() > MAX_LENGTH) {
            return "'" + name + "' has " + name.length() + " characters: shorten it to " + MAX_LENGTH;
        }
        if (!NAME.matcher(name).matches()) {
            return "'" + name + "' is not a name: use letters, digits, '.', '_' and '-', and no '.' at the start";
        }
        return null;
    }

    /** What is wrong with a name that becomes a cgroup's, or {@code null}. */
    public static @Nullable String whatIsWrongForCgroup(String name) {
        String wrong = whatIsWrong(name);
        if (wrong != null) {
            return wrong;
        }
        if (name.equals(OWN_LEAF)) {
            return "'" + name + "' is where vigia itself lives: choose another name";
        }
        int dot = name.indexOf('.');
        String prefix = dot < 0 ? "" : name.substring(0, dot);
        if (V1_FILES.contains(name)
                || OTHER_PREFIXES.contains(prefix)
                || Controller.ofKernelName(prefix).isPresent()) {
            return "'" + name + "' could be a file that the kernel makes in a cgroup: choose another name";
        }
        return null;
    }

    /** What is wrong with a label's key, or {@code null}. */
    public static @Nullable String whatIsWrongForLabel(String key) {
        return key.matches("[A-Za-z0-9]([A-Za-z0-9._/-]{0,251}[A-Za-z0-9])?")
                ? null
                : "'" + key + "' is not a label key: use letters, digits, '.', '_', '/' and '-'";
    }
}
