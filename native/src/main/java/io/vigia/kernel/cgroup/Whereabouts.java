package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds this process in a tree that tells no path of it, such as the host's in a container with a cgroup namespace of its own
 * (cgroup_namespaces(7)): it is in the cgroup that lists its PID, as the kernel translates PIDs for the reader.
 */
public final class Whereabouts {
    private Whereabouts() {}

    /**
     * Blocking: reads the members of one cgroup after the other.
     *
     * @param pid of this process, in its own PID namespace
     * @return {@code null} if it is in no cgroup of the tree
     */
    public static @Nullable CgroupPath of(Cgroups cgroups, int pid) {
        Deque<CgroupPath> unseen = new ArrayDeque<>(List.of(CgroupPath.ROOT));
        while (!unseen.isEmpty()) {
            CgroupPath path = unseen.pop();
            Cgroup cgroup = cgroups.open(path).orNull();
            List<Integer> members = cgroup == null ? null : cgroup.processes().orNull();
            if (members != null && members.contains(pid)) {
                return path;
            }
            List<CgroupPath> children = cgroups.children(path).orNull();
            if (children != null) {
                children.forEach(unseen::push);
            }
        }
        return null;
    }
}
