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
 * may end before that word comes: what is to be told of it waits here. Kernel-loop thread only.
 */
final class YoungChildren {
    /** Not every child is one of a container: what nobody speaks for is forgotten, the oldest first. */
    static final int MOST = 1024;

    private final Map<Integer, List<Consumer<CgroupPath>>> waiting = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, List<Consumer<CgroupPath>>> eldest) {
            return size() > MOST;
        }
    };

    private final Set<Integer> bornBefore = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > MOST;
        }
    });

    /** The message of its fork. */
    void forked(int pid) {
        waiting.remove(pid);
        if (!bornBefore.remove(pid)) {
            waiting.put(pid, new ArrayList<>(2));
        }
    }

    /** Whether it is told later, once its cgroup is known, because that is not known yet. */
    boolean tellsLater(int pid, Consumer<CgroupPath> told) {
        List<Consumer<CgroupPath>> later = waiting.get(pid);
        return later != null && later.add(told);
    }

    /** Tells what waited for it. The message of the fork may come after this. */
    void born(int pid, CgroupPath cgroup) {
        List<Consumer<CgroupPath>> later = waiting.remove(pid);
        if (later == null) {
            bornBefore.add(pid);
        } else {
            later.forEach(told -> told.accept(cgroup));
        }
    }
}
