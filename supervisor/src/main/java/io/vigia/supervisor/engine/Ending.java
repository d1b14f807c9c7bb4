package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Reading;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is left in a cgroup and tells when it is empty. The kernel's notification says "look now"; it is limited to
 * one in 10 ms, so the file itself is read first, and again after growing waits, in case nobody forwards it. Kernel-loop
 * thread only.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    private final EngineParts parts;
    private final Cgroup cgroup;
    private final Promise<Long> emptied = Promise.promise();
    private KernelLoop.@Nullable Timer timer;
    private long waitMillis = 1;
    private boolean looking;
    private boolean lookAgain;
    private boolean abandoned;

    Ending(EngineParts parts, Cgroup cgroup) {
        this.parts = parts;
        this.cgroup = cgroup;
    }

    /** Completes, when no process is left, with the cgroup's count of OOM kills, -1 if unknown. */
    Future<Long> run() {
        look();
        return emptied.future();
    }

    /** The kernel says that the cgroup has no process any more. */
    void notified() {
        look();
    }

    /** Stops looking; the future never completes. */
    void abandon() {
        abandoned = true;
        cancelTimer();
    }

    /** @param oomKills -1 unknown */
    record Look(boolean populated, long oomKills) {}

    private void look() {
        parts.loop().requireInLoop();
        if (abandoned || emptied.future().isComplete()) {
            return;
        }
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        lookAgain = false;
        cancelTimer();
        parts.onLoop(parts.workers().submit(() -> killAndLook(cgroup))).onComplete(result -> {
            looking = false;
            if (abandoned) {
                return;
            }
            if (result.succeeded() && !result.result().populated()) {
                emptied.tryComplete(result.result().oomKills());
                return;
            }
            if (result.failed()) {
                LOG.warn(
                        "cannot end what is left in {}, will try again: {}",
                        cgroup.path(),
                        result.cause().toString());
            }
            if (lookAgain) {
                look();
            } else {
                timer = parts.loop().schedule(waitMillis, this::look);
                waitMillis = Math.min(waitMillis * 2, LONGEST_WAIT_MILLIS);
            }
        });
    }

    /** Blocking. */
    static Look killAndLook(Cgroup cgroup) {
        if (populated(cgroup)) {
            cgroup.killAll();
            if (populated(cgroup)) {
                return new Look(true, -1);
            }
        }
        return new Look(false, oomKills(cgroup));
    }

    /** Blocking. */
    static boolean populated(Cgroup cgroup) {
        return switch (cgroup.state()) {
            case Reading.Known<Cgroup.State>(Cgroup.State state) -> state.populated();
            case Reading.Gone<Cgroup.State>() -> false;
            case Reading.Unknown<Cgroup.State>(String why) -> {
                var pids = cgroup.processes().orNull();
                yield pids != null && !pids.isEmpty();
            }
        };
    }

    /** Blocking; -1 unknown. */
    static long oomKills(Cgroup cgroup) {
        MemoryEvents events = cgroup.memoryEvents().orNull();
        return events == null ? -1 : events.oomKill();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
