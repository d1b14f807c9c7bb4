package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Freeze, thaw, kill and reclaim of any group that vigia may touch. Kernel-loop thread only; futures complete there. */
public final class GroupOperations {
    private static final Logger LOG = LoggerFactory.getLogger(GroupOperations.class);
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final Duration FREEZE_WITHIN = Duration.ofSeconds(5);
    private static final Duration KILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration RECLAIM_WITHIN = Duration.ofSeconds(30);

    private final KernelLoop loop;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final StateWaiters waiters;
    private final Signaller signaller;
    private final ReclaimJournal journal;

    public GroupOperations(
            KernelLoop loop,
            Cgroups cgroups,
            GroupWorkers workers,
            StateWaiters waiters,
            Signaller signaller,
            ReclaimJournal journal) {
        this.loop = loop;
        this.cgroups = cgroups;
        this.workers = workers;
        this.waiters = waiters;
        this.signaller = signaller;
        this.journal = journal;
    }

    /** Completes when the kernel says that every task is frozen, or thawed. */
    public Future<Void> freeze(CgroupPath path, boolean frozen) {
        loop.requireInLoop();
        return workers.submit(path, () -> {
                    if (frozen) {
                        signaller.requireNotOurs(path, "freeze");
                    }
                    return requireThere(path, open(path).freeze(frozen));
                })
                .compose(done -> waiters.await(
                        path, state -> state.frozen() == frozen, FREEZE_WITHIN, frozen ? "frozen" : "thawed"));
    }

    /** As {@code cgroup.events} says now. */
    public Future<Boolean> isFrozen(CgroupPath path) {
        loop.requireInLoop();
        return workers.submit(path, () -> requireThere(path, open(path).state()).frozen());
    }

    /**
     * Signals the whole subtree; with a grace, what is left after it gets {@code cgroup.kill}. A frozen group is thawed
     * for any signal but KILL, which works on frozen tasks. Completes when empty (KILL, or with a grace), else when sent.
     */
    public Future<Void> kill(CgroupPath path, int signal, @Nullable Duration grace) {
        loop.requireInLoop();
        if (signal == SIGKILL) {
            return killNow(path);
        }
        Future<Void> sent = send(path, signal, grace != null);
        return grace == null ? sent : sent.compose(done -> endWithin(path, grace));
    }

    /** The same for whoever only asks: completes when the signal was sent, or for KILL when the group is empty. */
    public Future<Void> askToEnd(CgroupPath path, int signal, @Nullable Duration grace) {
        loop.requireInLoop();
        if (signal == SIGKILL || grace == null) {
            return kill(path, signal, grace);
        }
        return send(path, signal, true)
                .onSuccess(sent ->
                        endWithin(path, grace).onFailure(e -> LOG.warn("{} did not end: {}", path.id(), e.toString())));
    }

    /** Fails as {@link #askToEnd} or {@link #askToEndProcess} would, and signals nobody. */
    public Future<Void> checkKill(CgroupPath path, @Nullable Integer pid) {
        loop.requireInLoop();
        return workers.submit(path, () -> {
            if (pid == null) {
                signaller.requireNotOurs(path, "end");
            } else {
                ProcessId unused = require(path, pid);
            }
            return null;
        });
    }

    private Future<Void> send(CgroupPath path, int signal, boolean thaw) {
        return workers.submit(path, () -> {
            // Before: whoever made it may remove it as soon as it is empty.
            Cgroup cgroup = open(path);
            signaller.signalGroup(path, signal);
            Cgroup.State state = cgroup.state().orNull();
            if (thaw && state != null && state.frozen()) {
                cgroup.freeze(false);
            }
            return null;
        });
    }

    private Future<Void> endWithin(CgroupPath path, Duration grace) {
        return empty(path, grace).recover(late -> killNow(path));
    }

    private Future<Void> killNow(CgroupPath path) {
        return workers.<Void>submit(path, () -> {
                    signaller.signalGroup(path, SIGKILL);
                    return null;
                })
                .compose(done -> empty(path, KILL_WITHIN));
    }

    private Future<Void> empty(CgroupPath path, Duration within) {
        return waiters.await(path, state -> !state.populated(), within, "empty").recover(GroupOperations::endedIsFine);
    }

    /** Signals one process, which must be in the group. */
    private Future<Void> signal(CgroupPath path, ProcessId process, int signal) {
        return workers.submit(path, () -> {
            if (!signaller.signalProcess(path, process, signal)) {
                throw noProcess(path, process.pid());
            }
            return null;
        });
    }

    private ProcessId require(CgroupPath path, int pid) {
        ProcessId found = signaller.find(path, pid);
        if (found == null) {
            throw noProcess(path, pid);
        }
        return found;
    }

    private static Problem noProcess(CgroupPath path, int pid) {
        return Problem.of(Problem.Kind.NOT_FOUND, "process " + pid + " is not (any more) in " + path.id())
                .atField("pid");
    }

    /** A signal, then KILL to the same process if it is still there after {@code grace}. Completes when the first was sent. */
    public Future<Void> askToEndProcess(CgroupPath path, int pid, int signal, @Nullable Duration grace) {
        loop.requireInLoop();
        return workers.submit(path, () -> require(path, pid)).compose(process -> {
            Future<Void> sent = signal(path, process, signal);
            return grace == null || signal == SIGKILL
                    ? sent
                    : sent.onSuccess(done -> killAfter(path, process, grace)
                            .onFailure(e -> LOG.warn("process {} did not end: {}", pid, e.toString())));
        });
    }

    private Future<Void> killAfter(CgroupPath path, ProcessId process, Duration grace) {
        Promise<Void> later = Promise.promise();
        loop.schedule(grace.toMillis(), later::complete);
        return later.future().compose(due -> signal(path, process, SIGKILL)).recover(GroupOperations::endedIsFine);
    }

    /** TERM, then KILL after {@code grace}; a zero grace is KILL at once. Completes when the last signal was sent. */
    public Future<Void> killProcess(CgroupPath path, ProcessId process, Duration grace) {
        loop.requireInLoop();
        if (grace.isZero()) {
            return signal(path, process, SIGKILL);
        }
        return signal(path, process, SIGTERM)
                .compose(sent -> killAfter(path, process, grace))
                .recover(GroupOperations::endedIsFine);
    }

    private static Future<Void> endedIsFine(Throwable e) {
        boolean ended = Problem.Kind.NOT_FOUND.is(e);
        return ended ? Future.succeededFuture() : Future.failedFuture(e);
    }

    /** Bytes that use went down by. On v1 the lowered limit is journalled first, so that a crash cannot leave it low. */
    public Future<Long> reclaim(CgroupPath path, long bytes) {
        loop.requireInLoop();
        return workers.submitWithin(path, RECLAIM_WITHIN, () -> {
            Cgroup cgroup = open(path);
            try {
                return requireThere(
                        path, cgroup.reclaim(bytes, (file, before, meanwhile) -> guard(cgroup, file, before)));
            } finally {
                journal.reclaimed(path);
            }
        });
    }

    private void guard(Cgroup cgroup, LimitFile file, LimitValue before) {
        JsonObject lease = new JsonObject()
                .put("kind", "reclaim")
                .put("group", cgroup.path().id())
                .put("cgroupId", cgroup.id().inode())
                .put("file", file.fileName())
                .put("before", before.kernelText());
        journal.reclaiming(cgroup.path(), lease);
    }

    private Cgroup open(CgroupPath path) {
        Cgroup cgroup = cgroups.open(path).orNull();
        if (cgroup == null) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "there is no group " + path.id() + " (any more)");
        }
        return cgroup;
    }

    private static <T> T requireThere(CgroupPath path, Reading<T> reading) {
        return switch (reading) {
            case Reading.Known<T>(T value) -> value;
            case Reading.Gone<T>() ->
                throw Problem.of(Problem.Kind.NOT_FOUND, "group " + path.id() + " ended meanwhile");
            case Reading.Unknown<T>(String why) -> throw Problem.of(Problem.Kind.UNSUPPORTED, why);
        };
    }
}
