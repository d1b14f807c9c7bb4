package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import java.util.Set;

/**
 * One mounted hierarchy and where this process is in it.
 *
 * @param mountPoint absolute, escaped like {@link CgroupPath}
 * @param own this process's cgroup, relative to the mount; the root where that cannot be told
 * @param controllers v1 controllers by v1 name; empty for the v2 tree
 * @param seesOwn whether {@code own} could be told: not of a tree that was mounted in another cgroup namespace
 */
public record CgroupMount(
        String mountPoint, CgroupPath own, Set<String> controllers, boolean readOnly, boolean seesOwn) {
    public CgroupMount {
        controllers = Set.copyOf(controllers);
    }

    /** One that sees its own cgroup. */
    public CgroupMount(String mountPoint, CgroupPath own, Set<String> controllers, boolean readOnly) {
        this(mountPoint, own, controllers, readOnly, true);
    }
}
