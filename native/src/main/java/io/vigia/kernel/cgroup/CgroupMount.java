package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import java.util.Set;

/**
 * One mounted hierarchy and where this process is in it.
 *
 * @param mountPoint absolute, escaped like {@link CgroupPath}
 * @param own this process's cgroup, relative to the mount
 * @param controllers v1 controllers by v1 name; empty for the v2 tree
 */
public record CgroupMount(String mountPoint, CgroupPath own, Set<String> controllers, boolean readOnly) {
    public CgroupMount {
        controllers = Set.copyOf(controllers);
    }
}
