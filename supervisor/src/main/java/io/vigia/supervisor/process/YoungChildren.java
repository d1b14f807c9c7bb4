package io.vigia.supervisor.process;

import io.vigia.kernel.model.CgroupPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Children of vigia between the message of their fork and the word in which cgroup they were born, which no message has. A child
 * may end, or have children, before that word comes: what is to be told of all of them waits here. Kernel-loop thread only.
 */
final class YoungChildren {
    /** Not every child is one of a container: what nobody speaks for is forgotten, the oldest first. */
    static final int MOST = 1024;

    private final Map<Integer, Family> waiting = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Family> eldest) {
            return size() > MOST;
        }
    };

    private final Set<Integer> bornBefore = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > MOST;
        }
    });

    /** The message of a child's fork. */
    void forked(int pid) {
        waiting.remove(pid);
        if (!bornBefore.remove(pid)) {
            join(new Family(), pid);
        }
    }

    /** The message of any other fork: the child of one that waits is where its parent is, wherever that is. */
    void forked(int parent, int pid) {
        waiting.remove(pid);
        Family family = waiting.get(parent);
        if (family != null) {
            join(family, pid);
        }
    }

    private void join(Family family, int pid) {
        family.members.add(pid);
        waiting.put(pid, family);
    }

    /** Whether it is told later, once its cgroup is known, because that is not known yet. */
    boolean tellsLater(int pid, Consumer<CgroupPath> told) {
        Family family = waiting.get(pid);
        return family != null && family.later.add(told);
    }

    /** Tells what waited for a child and for whom it forked, in the order it came. The message of the fork may come after this. */
    void born(int pid, CgroupPath cgroup) {
        Family family = waiting.get(pid);
        if (family == null) {
            bornBefore.add(pid);
            return;
        }
        family.members.forEach(member -> waiting.remove(member, family));
        family.later.forEach(told -> told.accept(cgroup));
    }

    /** A child of vigia and whom it forked. By identity, as each has its own. */
    private static final class Family {
        private final List<Integer> members = new ArrayList<>(2);
        private final List<Consumer<CgroupPath>> later = new ArrayList<>(2);
    }
}
