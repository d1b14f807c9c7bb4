package io.vigia.supervisor.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what is told of a process in order: an exec is told once somebody has looked at the process, and it may have ended by then. As many
 * entries as looks are under way. Kernel-loop thread only.
 */
final class AfterExec {
    private static final class Open {
        private int looks;
        private final List<Runnable> later = new ArrayList<>(1);
    }

    private final Map<Integer, Open> open = new HashMap<>();

    void begin(int pid) {
        open.computeIfAbsent(pid, absent -> new Open()).looks++;
    }

    /** The exec was told, or will not be. */
    void end(int pid) {
        Open one = open.get(pid);
        if (one != null && --one.looks == 0) {
            open.remove(pid);
            one.later.forEach(Runnable::run);
        }
    }

    /** At once, unless an exec of the process is still to be told. */
    void tell(int pid, Runnable what) {
        Open one = open.get(pid);
        if (one == null) {
            what.run();
        } else {
            one.later.add(what);
        }
    }
}
