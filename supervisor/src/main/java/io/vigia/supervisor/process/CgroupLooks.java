package io.vigia.supervisor.process;

import io.vertx.core.Future;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.process.ProcFs;
import io.vigia.kernel.process.ProcessTable;
import io.vigia.supervisor.action.GroupWorkers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks in which cgroup a process is, off the loop and a few at a time: each costs some 20 µs and the kernel's lock of all cgroups.
 * In a storm of execs most are not looked at and stay where they were thought to be. Kernel-loop thread only.
 */
final class CgroupLooks {
    /** Together with {@link #PAUSE_NANOS}: a few percent of one CPU at most. */
    static final int MOST = 64;

    private static final long PAUSE_NANOS = 50_000_000;

    private record Look(int pid, Runnable then) {}

    private final KernelLoop loop;
    private final GroupWorkers workers;
    private final ProcessTable processes;
    private List<Look> waiting = new ArrayList<>();
    /** A batch is under way, or will be. */
    private boolean busy;

    private long endedNanos = System.nanoTime() - PAUSE_NANOS;

    CgroupLooks(KernelLoop loop, GroupWorkers workers, ProcessTable processes) {
        this.loop = loop;
        this.workers = workers;
        this.processes = processes;
    }

    /** @param then once the table knows, or at once when there is no room for a look */
    void look(int pid, Runnable then) {
        loop.requireInLoop();
        if (waiting.size() >= MOST) {
            then.run();
            return;
        }
        waiting.add(new Look(pid, then));
        if (!busy) {
            nextAfterPause();
        }
    }

    private void nextAfterPause() {
        busy = true;
        long left = PAUSE_NANOS - (System.nanoTime() - endedNanos);
        if (left <= 0) {
            next();
        } else {
            loop.schedule(1 + left / 1_000_000, this::next);
        }
    }

    private void next() {
        List<Look> batch = waiting;
        waiting = new ArrayList<>();
        Future<Map<Integer, CgroupPath>> seen = workers.submit(() -> places(batch));
        seen.onComplete(found -> {
            if (found.succeeded()) {
                found.result().forEach(this::moved);
            }
            batch.forEach(look -> look.then.run());
            endedNanos = System.nanoTime();
            if (waiting.isEmpty()) {
                busy = false;
            } else {
                nextAfterPause();
            }
        });
    }

    private void moved(int pid, CgroupPath cgroup) {
        processes.looked(pid, cgroup).forEach(child -> look(child, () -> {}));
    }

    private static Map<Integer, CgroupPath> places(List<Look> batch) {
        Map<Integer, CgroupPath> found = new HashMap<>();
        for (Look look : batch) {
            CgroupPath cgroup = ProcFs.cgroup(look.pid).orNull();
            if (cgroup != null) {
                found.put(look.pid, cgroup);
            }
        }
        return found;
    }
}
