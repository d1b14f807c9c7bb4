package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.process.SpawnException;
import io.vigia.kernel.process.SpawnRequest;
import io.vigia.kernel.process.Spawner;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.model.ContainerView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container's life. State changes first, then it is saved, then it is told. An intent to start is on disk before the
 * spawn, so that the next vigia knows whose processes it finds. Kernel-loop thread only; what blocks goes to a worker.
 */
final class ManagedContainer {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedContainer.class);
    private static final int SIGKILL = 9;
    /** Killed this soon, a process may have been killed at its birth. */
    private static final Duration AT_BIRTH = Duration.ofSeconds(1);

    private static final Duration AFTER_FAILED_SPAWN = Duration.ofMillis(200);

    private final EngineParts parts;
    private final Owner owner;
    private final String group;
    private final CgroupPath path;
    private final ContainerLog log;
    private final ContainerEvents events;
    private final Restarts history = new Restarts();
    private final List<Promise<Void>> stopWaiters = new ArrayList<>();

    private ContainerSpec spec;
    private Cgroup cgroup;
    private ContainerState state = ContainerState.WAITING;
    private boolean wanted = true;
    private boolean stopAsked;
    private boolean policyAsked;
    private boolean oomSeen;
    /** The cgroup was the target of {@code cgroup.kill}, or may have been: see {@link Renewal}. */
    private boolean killed;

    private boolean detached;
    private boolean everStarted;
    private long restarts;
    private long oomKillsBefore = -1;
    private String fingerprint = "";
    private @Nullable RootProcess root;
    private @Nullable Ending ending;
    private KernelLoop.@Nullable Timer timer;
    private @Nullable Instant until;
    private @Nullable ExitStatus lastExit;
    private @Nullable String lastReason;
    private Future<?> spawning = Future.succeededFuture();

    ManagedContainer(
            EngineParts parts,
            LogWatches watches,
            Owner owner,
            String group,
            String subject,
            ContainerSpec spec,
            Cgroup cgroup) {
        this.parts = parts;
        this.owner = owner;
        this.group = group;
        this.spec = spec;
        this.cgroup = cgroup;
        this.path = cgroup.path();
        this.log = new ContainerLog(parts, watches, group, spec.name());
        this.events = new ContainerEvents(parts.journal(), parts.clock(), subject, spec.name());
    }

    /** The group, as far as one of its containers needs it. */
    interface Owner {
        /** Whether all that {@code spec} depends on has come far enough. */
        boolean mayStart(ContainerSpec spec);

        /** The state changed. */
        void changed();

        /** Makes the cgroup of a container again, with its limits: somebody removed it. */
        Future<Cgroup> remake(ContainerSpec spec);
    }

    ContainerSpec spec() {
        return spec;
    }

    CgroupPath path() {
        return path;
    }

    ContainerState state() {
        return state;
    }

    ContainerLog log() {
        return log;
    }

    boolean everStarted() {
        return everStarted;
    }

    ContainerView view() {
        return new ContainerView(
                group,
                spec.name(),
                path.id(),
                root == null ? 0 : root.id.pid(),
                state.apiName(),
                root == null ? null : root.startedAt,
                lastExit,
                lastReason,
                restarts,
                state == ContainerState.BACKOFF ? until : null);
    }

    /** Tells of the new container and starts it as soon as it may. */
    void begin() {
        events.created();
        tryStart();
    }

    /** A new wish for the same container. */
    void change(ContainerSpec now) {
        spec = now;
        boolean runs = state == ContainerState.RUNNING || state == ContainerState.STARTING;
        if (runs && !fingerprint.equals(Fingerprint.of(now))) {
            restart();
        }
    }

    /** Something that this one may wait for has changed. */
    void dependencyChanged() {
        if (state == ContainerState.WAITING && wanted && !detached) {
            tryStart();
        }
    }

    void start() {
        wanted = true;
        switch (state) {
            case STOPPED, COMPLETED, FAILED, BACKOFF, WAITING -> {
                history.reset();
                tryStart();
            }
            case STOPPING -> save();
            case STARTING -> {
                stopAsked = false;
                tellStopWaiters();
            }
            case RUNNING -> {}
        }
    }

    /** Completes when it has stopped. */
    Future<Void> stop(@Nullable Duration grace) {
        wanted = false;
        return end(grace == null ? spec.stop().grace() : grace);
    }

    /** Completes when the old one has ended and the new one is under way. */
    Future<Void> restart() {
        wanted = true;
        history.reset();
        return end(spec.stop().grace());
    }

    private Future<Void> end(Duration grace) {
        switch (state) {
            case WAITING, BACKOFF -> {
                cancelTimer();
                if (wanted) {
                    tryStart();
                } else {
                    settle(ContainerState.STOPPED);
                }
                return Future.succeededFuture();
            }
            case STOPPED, COMPLETED, FAILED -> {
                if (wanted) {
                    tryStart();
                } else {
                    save();
                }
                return Future.succeededFuture();
            }
            case STARTING -> stopAsked = true;
            case RUNNING -> signalToStop(grace);
            case STOPPING -> shortenGrace(grace);
        }
        Promise<Void> promise = Promise.promise();
        stopWaiters.add(promise);
        return promise.future();
    }

    private void signalToStop(Duration grace) {
        RootProcess ends = root;
        stopAsked = true;
        state = ContainerState.STOPPING;
        until = parts.clock().instant().plus(grace);
        save();
        owner.changed();
        int signal = spec.stop().signal();
        Cgroup in = cgroup;
        if (ends != null && ends.pidfd != null && ending == null) {
            var pidfd = ends.pidfd;
            parts.workers()
                    .submit(() -> {
                        boolean sent = parts.syscalls().pidfdSendSignal(pidfd, signal);
                        // A frozen process does not see its signal.
                        Cgroup.State now = in.state().orNull();
                        if (now != null && now.frozen()) {
                            in.freeze(false);
                        }
                        return sent;
                    })
                    .onFailure(e -> LOG.warn("cannot signal {}: {}", path, e.toString()));
            awaitGrace(grace);
        }
    }

    private void awaitGrace(Duration grace) {
        cancelTimer();
        if (grace.isZero()) {
            killAll();
        } else {
            timer = parts.loop().schedule(grace.toMillis(), this::killAll);
        }
    }

    private void shortenGrace(Duration grace) {
        Instant end = parts.clock().instant().plus(grace);
        if (until == null || end.isBefore(until)) {
            until = end;
            if (ending == null) {
                awaitGrace(grace);
            }
        }
        save();
    }

    private void killAll() {
        killed = true;
        Cgroup in = cgroup;
        parts.workers().submit(in::killAll).onFailure(e -> LOG.warn("cannot kill {}: {}", path, e.toString()));
    }

    /** Signals on request; with a grace, what is left of this run after it gets SIGKILL. Completes when it was sent. */
    Future<Void> kill(int signal, @Nullable Duration grace, @Nullable Integer pid) {
        RootProcess target = root;
        killed |= signal == SIGKILL;
        Future<Void> sent = parts.onLoop(parts.workers().submit(() -> {
            if (pid == null) {
                parts.signaller().signalGroup(path, signal);
            } else if (!parts.signaller().signalProcess(path, pid, signal)) {
                throw Problems.noSuchProcess(group, spec.name(), pid);
            }
            return null;
        }));
        if (grace != null && target != null) {
            parts.loop().schedule(grace.toMillis(), () -> {
                if (root == target && !detached) {
                    killAll();
                }
            });
        }
        return sent;
    }

    void expectPolicyKill() {
        policyAsked = root != null;
    }

    void oomKilled() {
        oomSeen = root != null;
    }

    void stateChanged(Cgroup.State now) {
        if (!now.populated() && ending != null) {
            ending.notified();
        }
    }

    private void tryStart() {
        cancelTimer();
        until = null;
        if (!owner.mayStart(spec)) {
            settle(ContainerState.WAITING);
            return;
        }
        spawn();
    }

    private void spawn() {
        state = ContainerState.STARTING;
        stopAsked = false;
        fingerprint = Fingerprint.of(spec);
        until = null;
        Cgroup old = cgroup;
        boolean renew = killed;
        long known = oomKillsBefore;
        SpawnRequest request = new SpawnRequest(
                spec.command(),
                Environments.of(spec, group),
                spec.workdir(),
                spec.attached() ? null : log.currentFile(),
                old.entry(),
                spec.nice());
        spawning = parts.onLoop(save().compose(saved -> parts.workers().submit(() -> {
                    log.prepare();
                    Cgroup in = renew ? Renewal.of(parts.cgroups(), old) : old;
                    long before = known >= 0 && in == old ? known : Ending.oomKills(in);
                    return new Started(parts.spawner().spawn(request), before, in);
                })))
                .onComplete(result -> {
                    if (result.succeeded()) {
                        spawned(result.result());
                    } else {
                        spawnFailed(result.cause());
                    }
                });
        owner.changed();
    }

    /** @param oomKills of the cgroup before, -1 unknown */
    private record Started(Spawner.Spawned process, long oomKills, Cgroup in) {}

    private void spawned(Started started) {
        root = new RootProcess(
                started.process().id(),
                parts.clock().instant(),
                started.process().pidfd());
        oomKillsBefore = started.oomKills();
        cgroup = started.in();
        killed = false;
        running();
        if (!detached) {
            events.started(root.id.pid(), restarts);
            owner.changed();
        }
    }

    private void running() {
        RootProcess now = root;
        state = ContainerState.RUNNING;
        everStarted = true;
        policyAsked = false;
        oomSeen = false;
        save();
        if (now == null || now.pidfd == null) {
            return;
        }
        if (detached) {
            now.close();
            return;
        }
        now.watchedBy(parts.exits().watch(now.id, now.pidfd, status -> rootEnded(now, status)));
        log.grows();
        if (stopAsked || !wanted) {
            signalToStop(spec.stop().grace());
        }
    }

    private void spawnFailed(Throwable failure) {
        if (detached) {
            return;
        }
        LOG.warn("cannot start container {} of group {}: {}", spec.name(), group, failure.getMessage());
        if (stopAsked || !wanted) {
            afterStop();
            return;
        }
        if (failure instanceof SpawnException spawn && spawn.step().equals("cgroup")) {
            owner.remake(spec).onSuccess(made -> cgroup = made);
        }
        next(
                history.after(
                        spec.restart(), false, Duration.ZERO, parts.clock().instant()),
                AFTER_FAILED_SPAWN,
                String.valueOf(failure.getMessage()));
    }

    private void rootEnded(RootProcess which, ExitStatus status) {
        if (root != which || detached || ending != null) {
            return;
        }
        cancelTimer();
        Ending begun = new Ending(parts, cgroup);
        ending = begun;
        begun.run().onSuccess(oomKills -> ended(which, status, oomKills, begun));
    }

    private static boolean isKill(ExitStatus status) {
        return status instanceof ExitStatus.Signaled signaled && signaled.signal() == SIGKILL;
    }

    private void ended(RootProcess which, ExitStatus status, long oomKills, Ending begun) {
        boolean counted = oomKills >= 0 && oomKillsBefore >= 0;
        boolean oom = counted ? oomKills > oomKillsBefore : oomSeen;
        EndReason reason = EndReason.of(status, stopAsked, policyAsked, oom);
        Instant now = parts.clock().instant();
        Duration ran = Duration.between(which.startedAt, now);
        which.close();
        root = null;
        killed |= begun.killed() || policyAsked || (isKill(status) && ran.compareTo(AT_BIRTH) < 0);
        ending = null;
        oomKillsBefore = oomKills;
        lastExit = status;
        lastReason = reason.apiName();
        until = null;
        int pid = which.id.pid();
        if (stopAsked || !wanted) {
            state = ContainerState.STOPPED;
            events.exited(pid, status, reason, restarts);
            afterStop();
            return;
        }
        boolean succeeded = status.equals(new ExitStatus.Exited(0));
        Restarts.Next next = history.after(spec.restart(), succeeded, ran, now);
        state = stateFor(next);
        until = next instanceof Restarts.Next.Start start ? now.plus(start.delay()) : null;
        events.exited(pid, status, reason, restarts);
        next(next, Duration.ZERO, "its last end: " + lastReason);
    }

    private void afterStop() {
        stopAsked = false;
        if (wanted) {
            tryStart();
        } else {
            settle(ContainerState.STOPPED);
        }
        tellStopWaiters();
    }

    private void tellStopWaiters() {
        List<Promise<Void>> waiting = List.copyOf(stopWaiters);
        stopWaiters.clear();
        waiting.forEach(Promise::tryComplete);
    }

    private static ContainerState stateFor(Restarts.Next next) {
        return switch (next) {
            case Restarts.Next.Start start -> ContainerState.BACKOFF;
            case Restarts.Next.Complete complete -> ContainerState.COMPLETED;
            case Restarts.Next.Fail fail -> ContainerState.FAILED;
        };
    }

    private void next(Restarts.Next next, Duration atLeast, String detail) {
        state = stateFor(next);
        switch (next) {
            case Restarts.Next.Start(Duration wish) -> {
                Duration delay = wish.compareTo(atLeast) < 0 ? atLeast : wish;
                restarts++;
                until = parts.clock().instant().plus(delay);
                events.restarting(restarts, delay);
                if (delay.isZero()) {
                    tryStart();
                } else {
                    settle(ContainerState.BACKOFF);
                    timer = parts.loop().schedule(delay.toMillis(), this::tryStart);
                }
            }
            case Restarts.Next.Complete complete -> settle(ContainerState.COMPLETED);
            case Restarts.Next.Fail(String why) -> {
                events.failed(why + "; " + detail, restarts);
                settle(ContainerState.FAILED);
            }
        }
    }

    private void settle(ContainerState now) {
        state = now;
        save();
        owner.changed();
    }

    /** Lets go of a running process without stopping it. Completes when a spawn under way is on disk. */
    Future<Void> detach() {
        detached = true;
        cancelTimer();
        log.close();
        if (ending != null) {
            ending.abandon();
        }
        if (root != null) {
            root.close();
        }
        return spawning.<Void>mapEmpty().recover(e -> Future.succeededFuture()).compose(done -> save());
    }

    /** Forgets it on disk too; it has stopped and its cgroup is gone. */
    Future<Void> forget() {
        detached = true;
        cancelTimer();
        log.close();
        return parts.onLoop(parts.store().delete(Store.Table.CONTAINERS, key()));
    }

    private String key() {
        return group + "/" + spec.name();
    }

    private ContainerRecord toRecord() {
        return new ContainerRecord(
                state,
                root == null ? null : root.id,
                parts.probe().bootId(),
                cgroup.id().inode(),
                wanted,
                restarts,
                fingerprint,
                root == null ? null : root.startedAt,
                until,
                lastExit,
                lastReason,
                oomKillsBefore);
    }

    /** Completes also when the disk refuses: supervision goes on without it, and the journal's health says so. */
    private Future<Void> save() {
        return parts.store()
                .put(Store.Table.CONTAINERS, key(), toRecord().toJson())
                .recover(e -> {
                    LOG.warn("cannot save the state of container {}: {}", key(), e.toString());
                    return Future.succeededFuture();
                });
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Takes over what an earlier vigia left. */
    void adopt(ContainerRecord left, Adoption.Found found) {
        restarts = left.restarts();
        fingerprint = left.fingerprint();
        wanted = left.wanted();
        lastExit = left.lastExit();
        lastReason = left.reason();
        oomKillsBefore = left.oomKills();
        switch (found) {
            case Adoption.Found.Running running -> adoptRunning(left, running);
            case Adoption.Found.Ended ended -> adoptEnded(left, ended.pid());
            case Adoption.Found.NotRunning idle -> adoptIdle(left, idle.leftovers());
            case Adoption.Found.AnotherBoot reboot -> {
                restarts = 0;
                oomKillsBefore = -1;
                if (wanted) {
                    tryStart();
                } else {
                    settle(ContainerState.STOPPED);
                }
            }
        }
    }

    private void adoptRunning(ContainerRecord left, Adoption.Found.Running running) {
        Instant startedAt = left.startedAt() == null ? parts.clock().instant() : left.startedAt();
        root = new RootProcess(running.id(), startedAt, running.pidfd());
        boolean stopping = left.state() == ContainerState.STOPPING || !wanted;
        running();
        events.adopted(running.id().pid(), restarts);
        if (stopping && state == ContainerState.RUNNING) {
            Instant now = parts.clock().instant();
            Instant end = left.until() == null ? now : left.until();
            signalToStop(end.isBefore(now) ? Duration.ZERO : Duration.between(now, end));
        } else if (state == ContainerState.RUNNING && !fingerprint.equals(Fingerprint.of(spec))) {
            restart();
        }
        owner.changed();
    }

    private void adoptEnded(ContainerRecord left, ProcessId id) {
        everStarted = true;
        stopAsked = left.state() == ContainerState.STOPPING;
        Instant startedAt = left.startedAt() == null ? parts.clock().instant() : left.startedAt();
        root = new RootProcess(id, startedAt, null);
        state = ContainerState.STOPPING;
        rootEnded(root, new ExitStatus.Unknown("it ended while no vigia was there to see"));
    }

    private void adoptIdle(ContainerRecord left, boolean leftovers) {
        state = left.state();
        if (leftovers) {
            Ending begun = new Ending(parts, cgroup);
            killed = true;
            begun.run().onSuccess(count -> resume(left));
        } else {
            resume(left);
        }
    }

    private void resume(ContainerRecord left) {
        Instant now = parts.clock().instant();
        switch (left.state()) {
            case BACKOFF -> {
                Instant end = left.until() == null ? now : left.until();
                Duration rest = end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO;
                Duration delay = rest.compareTo(spec.restart().backoffMax()) > 0
                        ? spec.restart().backoffMax()
                        : rest;
                everStarted = true;
                until = now.plus(delay);
                timer = parts.loop().schedule(delay.toMillis(), this::tryStart);
                owner.changed();
            }
            case WAITING, STARTING, RUNNING, STOPPING -> {
                if (wanted) {
                    tryStart();
                } else {
                    settle(ContainerState.STOPPED);
                }
            }
            case STOPPED, COMPLETED, FAILED -> {
                everStarted = true;
                owner.changed();
            }
        }
    }
}
