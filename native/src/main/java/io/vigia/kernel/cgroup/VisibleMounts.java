package io.vigia.kernel.cgroup;

import io.vigia.kernel.parse.MountEntry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which mounts a path still leads to. {@code mountinfo} also lists those that a later mount covers: on the same point, or on a
 * directory above (a tmpfs or a cgroup2 over {@code /sys/fs/cgroup} hides what was mounted below it).
 */
final class VisibleMounts {
    /** Deeper nesting of mounts is not followed; it would be a circle. */
    private static final int MOST_LEVELS = 100;

    private final Map<Integer, MountEntry> byId = new HashMap<>();
    private final List<MountEntry> all;

    private VisibleMounts(List<MountEntry> all) {
        this.all = all;
        all.forEach(mount -> byId.put(mount.id(), mount));
    }

    /** In the order given. */
    static List<MountEntry> of(List<MountEntry> mounts) {
        VisibleMounts visible = new VisibleMounts(mounts);
        Map<String, MountEntry> byPoint = new LinkedHashMap<>();
        for (MountEntry mount : mounts) {
            byPoint.remove(mount.mountPoint());
            byPoint.put(mount.mountPoint(), mount);
        }
        return byPoint.values().stream().filter(m -> !visible.isHidden(m)).toList();
    }

    private boolean isHidden(MountEntry mount) {
        @Nullable MountEntry at = mount;
        for (int level = 0; at != null && level < MOST_LEVELS; level++) {
            if (isCoveredFromAbove(at)) {
                return true;
            }
            at = at.parent() == at.id() ? null : byId.get(at.parent());
        }
        return false;
    }

    // On the same parent: had the other been there first, this one would have been mounted on it.
    private boolean isCoveredFromAbove(MountEntry mount) {
        return all.stream()
                .anyMatch(other -> other.parent() == mount.parent()
                        && other.id() != mount.id()
                        && mount.mountPoint().startsWith(other.mountPoint() + "/"));
    }
}
