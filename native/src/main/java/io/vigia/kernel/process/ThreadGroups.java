package io.vigia.kernel.process;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the births and ends of threads into the ends of processes. A process ends with its last thread, which need not be its
 * first one. Holds an entry only for processes with more than one thread. One thread.
 */
final class ThreadGroups {
    private static final int NONE = -1;

    private final Map<Integer, Group> groups = new HashMap<>();

    /** Threads beside the first one, known from /proc. */
    void known(int tgid, int threads) {
        if (threads > 1) {
            group(tgid).others = threads - 1;
        }
    }

    void threadStarted(int tgid) {
        group(tgid).others++;
    }

    /** execve(2) ends every other thread, and whichever thread called it is the first one now. */
    void execed(int tgid) {
        groups.remove(tgid);
    }

    /** The wait status of the process if this was its last thread, else -1. */
    int threadEnded(int pid, int tgid, int status) {
        Group group = groups.get(tgid);
        if (group == null) {
            return pid == tgid ? status : NONE;
        }
        if (pid == tgid) {
            group.firstStatus = status;
        } else {
            group.others--;
            // exit_group(2) gives its status to every thread; a thread that ends alone has 0 and says nothing.
            group.lastStatus = status;
        }
        if (group.firstStatus == null || group.others > 0) {
            return NONE;
        }
        groups.remove(tgid);
        return pid != tgid && group.lastStatus != 0 ? group.lastStatus : group.firstStatus;
    }

    void clear() {
        groups.clear();
    }

    int size() {
        return groups.size();
    }

    private Group group(int tgid) {
        return groups.computeIfAbsent(tgid, t -> new Group());
    }

    private static final class Group {
        private int others;
        private int lastStatus;
        private @Nullable Integer firstStatus;
    }
}
