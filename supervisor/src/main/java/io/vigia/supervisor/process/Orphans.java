package io.vigia.supervisor.process;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.process.OrphanReaper;
import io.vigia.supervisor.action.GroupWorkers;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has orphans reaped that became children of this process, where it is PID 1 or a subreaper; elsewhere it does nothing. An exit told
 * by the kernel leads to a look. Where exits are not told (another PID namespace) it looks once a second, as the look into {@code
 * /proc} does that stands in for them. Kernel-loop thread only; looks run on a worker.
 */
public final class Orphans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    /**
     * Between two looks: a zombie in both is nobody's, see {@link OrphanReaper}. Long enough for whoever waits for a child to come
     * first on a busy host, too.
     */
    private static final long AGAIN_MILLIS = 1_000;

    private final KernelLoop loop;
    private final OrphanReaper reaper;
    private final GroupWorkers workers;
    private final BooleanSupplier isReaper;
    private final BooleanSupplier exitsAreTold;
    private final int ownPid = (int) ProcessHandle.current().pid();
    private KernelLoop.@Nullable Timer next;
    private boolean reaps;
    private boolean looking;
    private boolean lookAgain;
    private boolean closed;

    public Orphans(
            KernelLoop loop,
            OrphanReaper reaper,
            GroupWorkers workers,
            BooleanSupplier isReaper,
            BooleanSupplier exitsAreTold) {
        this.loop = loop;
        this.reaper = reaper;
        this.workers = workers;
        this.isReaper = isReaper;
        this.exitsAreTold = exitsAreTold;
    }

    /** Looks for what became a zombie before, and finds out whether to look again by itself. */
    public void start() {
        loop.requireInLoop();
        reaps = isReaper.getAsBoolean();
        if (reaps) {
            LOG.info("orphans become children of this process, and are reaped");
            soon();
        }
    }

    /** The kernel does not say whose child one was that was reaped already. */
    public void exited(KernelEvent.ProcessExited event) {
        if (reaps && (event.parentPid() == ownPid || event.parentPid() == 0)) {
            soon();
        }
    }

    private void soon() {
        if (closed) {
            return;
        }
        if (looking) {
            lookAgain = true;
        } else if (next == null) {
            next = loop.schedule(AGAIN_MILLIS, this::look);
        }
    }

    private void look() {
        next = null;
        looking = true;
        lookAgain = false;
        workers.submit(() -> reaper.reapOrphans())
                .onComplete(looked -> loop.execute(() -> {
                    looking = false;
                    if (looked.failed()) {
                        LOG.warn("cannot look for orphans: {}", looked.cause().toString());
                    } else {
                        looked.result().forEach((id, status) -> LOG.debug("reaped orphan {}: {}", id, status));
                    }
                    if (lookAgain || reaper.hasCandidates() || !exitsAreTold.getAsBoolean()) {
                        soon();
                    }
                }));
    }

    @Override
    public void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }
}
