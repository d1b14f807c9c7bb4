package io.vigia.supervisor.supervise;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.supervisor.config.ContainerSpec.Restart;
import io.vigia.supervisor.config.ContainerSpec.RestartPolicy;
import io.vigia.supervisor.config.ContainerSpec.Stop;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.supervise.ContainerState.After;
import io.vigia.supervisor.supervise.Effect.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The restart table: state and event to the next state and what to do. Pure, any thread; an event that means nothing in
 * a state (a late timer, a second request) changes nothing.
 *
 * <p>The back-off doubles from {@code backoffMin} to {@code backoffMax} and starts again at the minimum after a run of at
 * least {@code backoffMax}. With {@code give_up: N in S}, the restart that would be number N + 1 within S is not made.
 * {@code on-failure} means everything but code 0: signals, OOM and unknown ends are failures.
 */
public final class Supervision {
    private final Restart restart;
    private final Stop stop;

    public Supervision(Restart restart, Stop stop) {
        this.restart = restart;
        this.stop = stop;
    }

    /** What one event leads to. */
    public record Step(ContainerState state, List<Effect> effects) {
        public Step {
            effects = List.copyOf(effects);
        }

        static Step of(ContainerState state, Effect... effects) {
            return new Step(state, List.of(effects));
        }
    }

    public Step on(ContainerState state, ContainerEvent event, Instant now) {
        return switch (state.phase()) {
            case STOPPED, COMPLETED, FAILED -> resting(state, event, now);
            case WAITING -> waiting(state, event, now);
            case STARTING -> starting(state, event, now);
            case RUNNING -> running(state, event, now);
            case STOPPING -> stopping(state, event, now);
            case BACKOFF -> backingOff(state, event, now);
        };
    }

    private Step resting(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.StartRequested start -> Step.of(state.fresh(state.restarts()));
            case ContainerEvent.RestartRequested again -> Step.of(state.fresh(state.restarts() + 1));
            // It should not live: an earlier vigia was killed between the decision and its end.
            case ContainerEvent.Adopted adopted ->
                endNow(state.running(adopted.pid(), now).after(After.STOP), adoption(adopted.pid()));
            default -> Step.of(state);
        };
    }

    private Step waiting(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.DependenciesMet met -> Step.of(state.in(Phase.STARTING), new Effect.Spawn());
            case ContainerEvent.StopRequested asked -> Step.of(state.over(Phase.STOPPED));
            case ContainerEvent.KillRequested asked -> Step.of(state.over(Phase.STOPPED));
            case ContainerEvent.Adopted adopted -> adopt(state, adopted.pid(), now);
            default -> Step.of(state);
        };
    }

    private Step starting(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.Spawned spawned -> started(state, spawned.pid(), now);
            case ContainerEvent.Adopted adopted -> {
                Step step = adopt(state, adopted.pid(), now);
                yield state.after() == After.STOP || state.after() == After.RESTART
                        ? join(step, end(step.state()))
                        : step;
            }
            case ContainerEvent.SpawnFailed failed -> spawnFailed(state, failed.error(), now);
            // A spawn cannot be called back: what is asked meanwhile is done when it has an answer.
            case ContainerEvent.StopRequested asked -> Step.of(state.after(After.STOP));
            case ContainerEvent.KillRequested asked -> Step.of(state.after(After.STOP));
            case ContainerEvent.StartRequested asked -> Step.of(state.after(After.POLICY));
            case ContainerEvent.RestartRequested asked ->
                Step.of(state.after() == After.STOP ? state.after(After.POLICY) : state);
            default -> Step.of(state);
        };
    }

    private Step started(ContainerState state, int pid, Instant now) {
        Step step = Step.of(
                state.running(pid, now).in(Phase.RUNNING),
                new Effect.Emit(EventTypes.CONTAINER_STARTED, Map.of("pid", pid, "restarts", state.restarts())));
        return state.after() == After.STOP ? join(step, end(step.state())) : step;
    }

    private Step spawnFailed(ContainerState state, String error, Instant now) {
        if (state.after() == After.STOP) {
            return Step.of(state.over(Phase.STOPPED));
        }
        Effect failed = new Effect.Emit(
                EventTypes.CONTAINER_FAILED, Map.of("error", error, "reason", "unknown", "restarts", state.restarts()));
        if (restart.policy() == RestartPolicy.NEVER) {
            return Step.of(state.over(Phase.FAILED), failed);
        }
        Step again = again(state, now);
        // Giving up says so itself: one failure, one event.
        return again.state().phase() == Phase.FAILED
                ? Step.of(again.state(), failed)
                : join(Step.of(state, failed), again);
    }

    private Step running(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.RootExited exited -> rootExited(state.in(Phase.STOPPING), exited, now);
            case ContainerEvent.CgroupEmptied emptied -> Step.of(state.empty());
            case ContainerEvent.StopRequested asked -> end(state.after(After.STOP));
            case ContainerEvent.RestartRequested asked -> end(state.after(After.RESTART));
            case ContainerEvent.KillRequested asked -> endNow(state.after(After.STOP));
            case ContainerEvent.PolicyKilled killed -> Step.of(state.after(After.POLICY_KILL));
            case ContainerEvent.Adopted adopted -> adopt(state, adopted.pid(), now);
            default -> Step.of(state);
        };
    }

    private Step stopping(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.RootExited exited -> state.rootGone() ? Step.of(state) : rootExited(state, exited, now);
            case ContainerEvent.CgroupEmptied emptied ->
                state.rootGone() ? finished(state.empty(), now) : Step.of(state.empty());
            case ContainerEvent.GraceElapsed elapsed -> Step.of(state, new Effect.KillCgroup());
            case ContainerEvent.KillRequested asked -> endNow(state.after(After.STOP));
            case ContainerEvent.StopRequested asked -> Step.of(state.after(After.STOP));
            case ContainerEvent.StartRequested asked -> Step.of(state.after(After.RESTART));
            case ContainerEvent.RestartRequested asked -> Step.of(state.after(After.RESTART));
            case ContainerEvent.PolicyKilled killed ->
                Step.of(state.after() == After.POLICY && !state.rootGone() ? state.after(After.POLICY_KILL) : state);
            case ContainerEvent.Adopted adopted ->
                join(
                        Step.of(state, adoption(adopted.pid())),
                        state.rootGone() ? Step.of(state, new Effect.KillCgroup()) : end(state));
            default -> Step.of(state);
        };
    }

    private Step backingOff(ContainerState state, ContainerEvent event, Instant now) {
        Effect cancel = new Effect.CancelTimer(Timer.BACKOFF);
        return switch (event) {
            case ContainerEvent.BackoffElapsed elapsed -> Step.of(state.in(Phase.STARTING), new Effect.Spawn());
            case ContainerEvent.StartRequested asked -> Step.of(state.fresh(state.restarts()), cancel);
            case ContainerEvent.RestartRequested asked -> Step.of(state.fresh(state.restarts()), cancel);
            case ContainerEvent.StopRequested asked -> Step.of(state.over(Phase.STOPPED), cancel);
            case ContainerEvent.KillRequested asked -> Step.of(state.over(Phase.STOPPED), cancel);
            case ContainerEvent.Adopted adopted -> join(Step.of(state, cancel), adopt(state, adopted.pid(), now));
            default -> Step.of(state);
        };
    }

    private Step end(ContainerState state) {
        return Step.of(
                state.in(Phase.STOPPING),
                new Effect.SendStopSignal(stop.signal()),
                new Effect.ArmTimer(Timer.GRACE, stop.grace()));
    }

    private static Step endNow(ContainerState state, Effect... before) {
        List<Effect> effects = new ArrayList<>(List.of(before));
        effects.add(new Effect.CancelTimer(Timer.GRACE));
        effects.add(new Effect.KillCgroup());
        return new Step(state.in(Phase.STOPPING), effects);
    }

    private static Step adopt(ContainerState state, int pid, Instant now) {
        Instant since = state.startedAt() == null ? now : state.startedAt();
        return Step.of(state.running(pid, since).in(Phase.RUNNING), adoption(pid));
    }

    private static Effect adoption(int pid) {
        return new Effect.Emit(EventTypes.CONTAINER_ADOPTED, Map.of("pid", pid));
    }

    private Step rootExited(ContainerState state, ContainerEvent.RootExited exited, Instant now) {
        ContainerState gone = state.rootGone(exited.status(), reason(state, exited));
        if (gone.emptied()) {
            return finished(gone, now);
        }
        return Step.of(gone, new Effect.CancelTimer(Timer.GRACE), new Effect.KillCgroup());
    }

    private static String reason(ContainerState state, ContainerEvent.RootExited exited) {
        return switch (state.after()) {
            case STOP, RESTART -> "stopped";
            case POLICY_KILL -> "policy";
            case POLICY ->
                exited.oom()
                        ? "oom"
                        : switch (exited.status()) {
                            case ExitStatus.Exited code -> "exited";
                            case ExitStatus.Signaled signal -> "signal";
                            case ExitStatus.Unknown unknown -> "unknown";
                        };
        };
    }

    /** The root process has ended and the cgroup is empty. */
    private Step finished(ContainerState state, Instant now) {
        Step over = Step.of(
                state,
                new Effect.CancelTimer(Timer.GRACE),
                new Effect.Emit(EventTypes.CONTAINER_EXITED, endData(state)));
        boolean clean = state.exit() instanceof ExitStatus.Exited exited && exited.code() == 0;
        return switch (state.after()) {
            case STOP -> join(over, Step.of(state.over(Phase.STOPPED)));
            case RESTART -> join(over, Step.of(state.fresh(state.restarts() + 1)));
            case POLICY, POLICY_KILL ->
                switch (restart.policy()) {
                    case ALWAYS -> join(over, again(state, now));
                    case ON_FAILURE -> join(over, clean ? Step.of(state.over(Phase.COMPLETED)) : again(state, now));
                    case NEVER -> join(over, clean ? Step.of(state.over(Phase.COMPLETED)) : failed(state));
                };
        };
    }

    private Step again(ContainerState state, Instant now) {
        List<Instant> counted = new ArrayList<>(state.recent());
        counted.removeIf(at ->
                restart.giveUpCount() == 0 || !at.plus(restart.giveUpWithin()).isAfter(now));
        if (restart.giveUpCount() > 0 && counted.size() >= restart.giveUpCount()) {
            return failed(state);
        }
        if (restart.giveUpCount() > 0) {
            counted.add(now);
        }
        boolean stable = state.startedAt() != null
                && Duration.between(state.startedAt(), now).compareTo(restart.backoffMax()) >= 0;
        Duration wait = stable || state.backoff().isZero() ? restart.backoffMin() : state.backoff();
        Duration doubled = wait.multipliedBy(2);
        Duration next = doubled.compareTo(restart.backoffMax()) > 0 ? restart.backoffMax() : doubled;
        ContainerState waiting = state.restarting(next, counted, now.plus(wait));
        return Step.of(
                waiting,
                new Effect.Emit(
                        EventTypes.CONTAINER_RESTARTING,
                        Map.of("restarts", waiting.restarts(), "afterMs", wait.toMillis())),
                new Effect.ArmTimer(Timer.BACKOFF, wait));
    }

    private static Step failed(ContainerState state) {
        return Step.of(state.over(Phase.FAILED), new Effect.Emit(EventTypes.CONTAINER_FAILED, endData(state)));
    }

    private static Map<String, Object> endData(ContainerState state) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("pid", state.pid());
        data.put("restarts", state.restarts());
        data.put("reason", state.reason() == null ? "unknown" : state.reason());
        switch (state.exit()) {
            case ExitStatus.Exited exited -> data.put("exitCode", exited.code());
            case ExitStatus.Signaled signaled -> data.put("signal", signaled.signal());
            case null, default -> {}
        }
        return data;
    }

    private static Step join(Step first, Step second) {
        List<Effect> effects = new ArrayList<>(first.effects());
        effects.addAll(second.effects());
        return new Step(second.state(), effects);
    }
}
