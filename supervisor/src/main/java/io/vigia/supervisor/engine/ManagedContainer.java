package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.supervise.ContainerEvent;
import io.vigia.supervisor.supervise.ContainerState;
import io.vigia.supervisor.supervise.Effect;
import io.vigia.supervisor.supervise.Phase;
import io.vigia.supervisor.supervise.Supervision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container's life: {@link Supervision} decides, this carries out. State changes first, then it is saved, then it is
 * told. An intent to start is on disk before the spawn, so that the next vigia knows whose processes it finds. Kernel-loop
 * thread only; what blocks goes to a worker.
 */
final class ManagedContainer {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedContainer.class);

    private final EngineParts parts;
    private final Owner owner;
    private final String group;
    private final CgroupPath path;
    private final ContainerLog log;
    private final ContainerEvents events;
    private final Starting starting;
    private final OomKills oomKills = new OomKills();
    private final Timers timers;
    private final ContainerJournal journal;
    private final List<Promise<Void>> endWaiters = new ArrayList<>();

    private ContainerSpec spec;
    private Supervision table;
    private Cgroup cgroup;
    private ContainerState state = ContainerState.INITIAL;
    private String fingerprint = "";
    private boolean detached;
    private @Nullable RootProcess root;
    private @Nullable Ending ending;

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
        this.table = new Supervision(spec.restart(), spec.stop());
        this.cgroup = cgroup;
        this.path = cgroup.path();
        this.log = new ContainerLog(parts, watches, group, spec.name());
        this.events = new ContainerEvents(parts.journal(), parts.clock(), subject, spec.name());
        this.timers = new Timers(parts.loop());
        this.journal = new ContainerJournal(parts, group, spec.name());
        this.starting = new Starting(parts, log, group);
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

    Phase phase() {
        return state.phase();
    }

    boolean everStarted() {
        return state.everStarted();
    }

    ContainerLog log() {
        return log;
    }

    ContainerView view() {
        return new ContainerView(
                group,
                spec.name(),
                path.id(),
                state.pid(),
                state.phase().apiName(),
                state.startedAt(),
                state.exit(),
                state.reason(),
                state.restarts(),
                state.phase() == Phase.BACKOFF ? state.until() : null);
    }

    /** Tells of the new container and starts it as soon as it may. */
    void begin() {
        events.created();
        start();
    }

    /** A new wish for the same container. */
    void change(ContainerSpec now) {
        spec = now;
        table = new Supervision(now.restart(), now.stop());
        restartIfOutdated();
    }

    private void restartIfOutdated() {
        boolean runs = phase() == Phase.RUNNING || phase() == Phase.STARTING;
        if (runs && !fingerprint.equals(Fingerprint.of(spec))) {
            on(new ContainerEvent.RestartRequested());
        }
    }

    /** Something that this one may wait for has changed. */
    void dependencyChanged() {
        if (mayStart()) {
            on(new ContainerEvent.DependenciesMet());
        }
    }

    private boolean mayStart() {
        return phase() == Phase.WAITING && !detached && owner.mayStart(spec);
    }

    void start() {
        on(new ContainerEvent.StartRequested());
    }

    /** Completes when it has stopped. */
    Future<Void> stop(@Nullable Duration grace) {
        on(new ContainerEvent.StopRequested(grace == null ? spec.stop().grace() : grace));
        return askedEnd();
    }

    /** Completes when the old one has ended and the new one is under way. */
    Future<Void> restart() {
        on(new ContainerEvent.RestartRequested());
        return askedEnd();
    }

    private Future<Void> askedEnd() {
        if (!state.asked()) {
            return Future.succeededFuture();
        }
        Promise<Void> ended = Promise.promise();
        endWaiters.add(ended);
        return ended.future();
    }

    /** Signals on request; with a grace, what is left of this run after it gets SIGKILL. Completes when it was sent. */
    Future<Void> kill(int signal, @Nullable Duration grace) {
        RootProcess target = root;
        Future<Void> sent = parts.onLoop(parts.workers().submit(() -> {
            parts.signaller().signalGroup(path, signal);
            return null;
        }));
        if (grace == null || target == null) {
            return sent;
        }
        Cgroup in = cgroup;
        return sent.onSuccess(done -> parts.loop().schedule(grace.toMillis(), () -> {
            if (root == target && !detached) {
                parts.workers().submit(in::killAll).onFailure(e -> LOG.warn("cannot kill {}: {}", path, e.toString()));
            }
        }));
    }

    void expectPolicyKill() {
        if (root != null) {
            on(new ContainerEvent.PolicyKilled());
        }
    }

    void oomKilled() {
        if (root != null) {
            oomKills.seen();
        }
    }

    void stateChanged(Cgroup.State now) {
        if (!now.populated() && ending != null) {
            ending.notified();
        }
    }

    private void on(ContainerEvent event) {
        ContainerState before = state;
        List<Effect> effects = new ArrayList<>();
        for (ContainerEvent next = event; next != null; next = followUp()) {
            Supervision.Step step = table.on(state, next, parts.clock().instant());
            state = step.state();
            effects.addAll(step.effects());
        }
        if (state.pid() == 0 && root != null) {
            root.close();
            root = null;
            ending = null;
        }
        if (effects.contains(new Effect.Spawn())) {
            fingerprint = Fingerprint.of(spec);
        }
        boolean changed = !state.equals(before);
        Future<Void> saved = changed ? save() : Future.succeededFuture();
        if (!detached) {
            effects.forEach(effect -> carryOut(effect, saved));
        }
        if (changed) {
            owner.changed();
        }
        if (!state.asked()) {
            List<Promise<Void>> waiting = List.copyOf(endWaiters);
            endWaiters.clear();
            waiting.forEach(Promise::tryComplete);
        }
    }

    /** What holds at once, so that a restart without a wait needs no turn of the loop. */
    private @Nullable ContainerEvent followUp() {
        if (mayStart()) {
            return new ContainerEvent.DependenciesMet();
        }
        Instant until = state.until();
        boolean waited = phase() == Phase.BACKOFF
                && until != null
                && !until.isAfter(parts.clock().instant());
        return waited && !detached ? new ContainerEvent.BackoffElapsed() : null;
    }

    private void carryOut(Effect effect, Future<Void> saved) {
        switch (effect) {
            case Effect.Spawn spawn -> spawn(saved);
            case Effect.SendStopSignal(int signal) -> {
                if (root != null && root.pidfd != null) {
                    StopSignal.send(parts, cgroup, root.pidfd, signal);
                }
            }
            case Effect.KillCgroup kill -> endRest();
            case Effect.ArmTimer(Effect.Timer timer, Duration after) -> arm(timer, after);
            case Effect.CancelTimer(Effect.Timer timer) -> timers.cancel(timer);
            case Effect.Emit emit -> events.tell(emit);
        }
    }

    private void spawn(Future<Void> intent) {
        starting.start(spec, cgroup, oomKills.before(), intent).onComplete(result -> {
            if (result.succeeded()) {
                spawned(result.result());
            } else {
                spawnFailed(result.cause());
            }
        });
    }

    private void spawned(Starting.Started started) {
        RootProcess now =
                new RootProcess(started.process().id(), started.process().pidfd());
        root = now;
        oomKills.startFrom(started.oomKills());
        on(new ContainerEvent.Spawned(now.id.pid()));
        if (detached) {
            now.close();
            return;
        }
        watch(now);
    }

    private void watch(RootProcess now) {
        if (now.pidfd != null) {
            now.watchedBy(parts.exits().watch(now.id, now.pidfd, status -> rootEnded(now, status)));
        }
        log.grows();
    }

    private void spawnFailed(Throwable failure) {
        if (detached) {
            return;
        }
        LOG.warn("cannot start container {} of group {}: {}", spec.name(), group, failure.getMessage());
        if (Starting.lacksCgroup(failure)) {
            owner.remake(spec).onSuccess(made -> cgroup = made);
        }
        on(new ContainerEvent.SpawnFailed(String.valueOf(failure.getMessage())));
    }

    private void rootEnded(RootProcess which, ExitStatus status) {
        if (root == which && !detached) {
            on(new ContainerEvent.RootExited(status));
        }
    }

    private void endRest() {
        if (ending != null) {
            ending.notified();
            return;
        }
        Ending begun = new Ending(parts, cgroup);
        ending = begun;
        begun.run().onSuccess(count -> {
            if (ending == begun && !detached) {
                on(new ContainerEvent.CgroupEmptied(oomKills.struck(count)));
            }
        });
    }

    private void arm(Effect.Timer timer, Duration after) {
        switch (timer) {
            case GRACE -> timers.arm(timer, after, () -> on(new ContainerEvent.GraceElapsed()));
            // Waited for already: see followUp.
            case BACKOFF -> {
                if (phase() == Phase.BACKOFF) {
                    timers.arm(timer, after, () -> on(new ContainerEvent.BackoffElapsed()));
                }
            }
        }
    }

    /** Lets go of a running process without stopping it. Completes when a spawn under way is on disk. */
    Future<Void> detach() {
        letGo();
        if (root != null) {
            root.close();
        }
        return starting.settled().compose(done -> save());
    }

    /** Forgets it on disk too; it has stopped and its cgroup is gone. */
    Future<Void> forget() {
        letGo();
        return journal.delete();
    }

    private void letGo() {
        detached = true;
        timers.cancelAll();
        log.close();
        if (ending != null) {
            ending.abandon();
        }
    }

    private Future<Void> save() {
        return journal.save(new ContainerRecord(
                state,
                root == null ? null : root.id,
                parts.probe().bootId(),
                cgroup.id().inode(),
                fingerprint,
                oomKills.before()));
    }

    /** Takes over what an earlier vigia left. */
    void adopt(ContainerRecord left, Adoption.Found found) {
        state = left.state();
        fingerprint = left.fingerprint();
        oomKills.startFrom(left.oomKills());
        switch (found) {
            case Adoption.Found.Running running -> {
                RootProcess now = new RootProcess(running.id(), running.pidfd());
                root = now;
                on(new ContainerEvent.Adopted(now.id.pid()));
                watch(now);
                restartIfOutdated();
            }
            case Adoption.Found.Ended ended -> {
                root = new RootProcess(ended.id(), null);
                nothingAdopted();
            }
            case Adoption.Found.NotRunning(boolean leftovers) -> {
                if (leftovers) {
                    new Ending(parts, cgroup).run().onSuccess(count -> nothingAdopted());
                } else {
                    nothingAdopted();
                }
            }
            case Adoption.Found.AnotherBoot reboot -> {
                oomKills.startFrom(-1);
                boolean wanted = state.wanted();
                state = state.rebooted();
                if (wanted) {
                    start();
                } else {
                    save();
                }
            }
        }
    }

    private void nothingAdopted() {
        on(new ContainerEvent.NothingAdopted(new ExitStatus.Unknown("it ended while no vigia was there to see")));
        // What did not change is to be seen as it was left: others may wait for it.
        owner.changed();
    }
}
