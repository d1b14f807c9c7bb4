package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.policy.LeaseBook;

/** The lease log from the loop, which it never blocks. Kernel-loop thread only; futures complete there. */
final class LeaseDisk {
    private static final int BRING_BACK_MILLIS = 1000;

    private final KernelLoop loop;
    private final GroupWorkers workers;
    private final LeaseLog log;
    /** {@link #bringBack} is under way or will be. */
    private boolean bringing;

    LeaseDisk(KernelLoop loop, GroupWorkers workers, LeaseLog log) {
        this.loop = loop;
        this.workers = workers;
        this.log = log;
    }

    /** Completes when it is in a file; at once when nothing changed. */
    Future<Void> save(LeaseBook before, LeaseBook after) {
        if (after.sameAs(before)) {
            return Future.succeededFuture();
        }
        log.note(before, after);
        return workers.<Void>submit(() -> {
                    flush();
                    return null;
                })
                .onSuccess(done -> bringBackLater());
    }

    /** What is on disk once somebody has called {@link #flush}. */
    void note(LeaseBook before, LeaseBook after) {
        log.note(before, after);
    }

    /** Brings to disk what was noted. Blocking; workers. */
    void flush() {
        log.flush();
    }

    Future<Void> reclaimed(CgroupPath path) {
        return workers.submit(() -> {
            log.reclaimed(path);
            return null;
        });
    }

    /** Until the disk takes what is kept beside it, tries again and again; nothing while nothing is. */
    void bringBackLater() {
        if (!bringing && log.isBeside()) {
            bringing = true;
            loop.schedule(BRING_BACK_MILLIS, this::bringBack);
        }
    }

    private void bringBack() {
        workers.submit(() -> {
                    log.bringBack();
                    return null;
                })
                .onComplete(done -> {
                    bringing = false;
                    bringBackLater();
                });
    }
}
