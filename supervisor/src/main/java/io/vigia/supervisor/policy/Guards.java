package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must never be a victim.
 *
 * @param own vigia's own cgroup: it and its ancestors are spared, groups below it are not
 * @param init the cgroup of PID 1, likewise; {@code null} when it cannot be known
 * @param protectedGroups every known group that {@code protect} matches or a label protects, with the reason for people;
 *     they, their ancestors and what is below them are spared
 * @param enforce globs of what may be touched beside managed groups
 */
public record Guards(
        CgroupPath own, @Nullable CgroupPath init, Map<CgroupPath, String> protectedGroups, List<Glob> enforce) {
    /** A group or container with this label set to {@code true} is never a victim. */
    public static final String PROTECTED_LABEL = "protected";

    /** The same with vigia's prefix, for labels that other engines made. */
    public static final String PROTECTED_LABEL_LONG = "vigia.io/protected";

    public Guards {
        protectedGroups = Map.copyOf(protectedGroups);
        enforce = List.copyOf(enforce);
    }

    public static boolean isProtected(Map<String, String> labels) {
        return "true".equalsIgnoreCase(labels.get(PROTECTED_LABEL))
                || "true".equalsIgnoreCase(labels.get(PROTECTED_LABEL_LONG));
    }
}
