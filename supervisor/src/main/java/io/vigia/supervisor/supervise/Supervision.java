package io.vigia.supervisor.supervise;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.supervisor.config.ContainerSpec.Restart;
import io.vigia.supervisor.config.ContainerSpec.RestartPolicy;
import io.vigia.supervisor.config.ContainerSpec.Stop;
import io.vigia.supervisor.config.Durations;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.supervise.ContainerState.After;
import io.vigia.supervisor.supervise.Effect.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
            case ContainerEvent.StartRequested start -> Step.of(state.fresh());
            case ContainerEvent.RestartRequested again -> Step.of(state.fresh());
            case ContainerEvent.StopRequested stopped -> Step.of(state.in(Phase.STOPPED));
            // It should not live: an earlier vigia was killed between the decision and its end.
            case ContainerEvent.Adopted adopted ->
                endNow(state.running(adopted.pid(), now).after(After.STOP), adoption(state, adopted.pid()));
            default -> Step.of(state);
        };
    }

    private Step waiting(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.DependenciesMet met -> Step.of(state.in(Phase.STARTING), new Effect.Spawn());
            case ContainerEvent.StopRequested asked -> Step.of(state.over(Phase.STOPPED));
            case ContainerEvent.Adopted adopted -> adopt(state, adopted.pid(), now);
            default -> Step.of(state);
        };
    }

    private Step starting(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.Spawned spawned -> started(state, spawned.pid(), now);
            case ContainerEvent.Adopted adopted -> {
                Step step = adopt(state, adopted.pid(), now);
                yield state.asked() ? join(step, end(step.state(), stop.grace(), now)) : step;
            }
            case ContainerEvent.SpawnFailed failed -> spawnFailed(state, failed.error(), now);
            case ContainerEvent.NothingAdopted nothing ->
                Step.of(state.after() == After.STOP ? state.over(Phase.STOPPED) : state.over(Phase.WAITING));
            // A spawn cannot be called back: what is asked meanwhile is done when it has an answer.
            case ContainerEvent.StopRequested asked -> Step.of(state.after(After.STOP));
            case ContainerEvent.StartRequested asked -> Step.of(state.after(After.POLICY));
            case ContainerEvent.RestartRequested asked -> Step.of(state.after(After.RESTART));
            default -> Step.of(state);
        };
    }

    private Step started(ContainerState state, int pid, Instant now) {
        Step step = Step.of(
                state.running(pid, now).in(Phase.RUNNING),
                new Effect.Emit(EventTypes.CONTAINER_STARTED, data("pid", pid, "restarts", state.restarts())));
        return state.asked() ? join(step, end(step.state(), stop.grace(), now)) : step;
    }

    private Step spawnFailed(ContainerState state, String error, Instant now) {
        return switch (state.after()) {
            case STOP -> Step.of(state.over(Phase.STOPPED));
            case RESTART -> Step.of(state.fresh());
            case POLICY, POLICY_KILL ->
                restart.policy() == RestartPolicy.NEVER ? failed(state, error) : again(state, now, error);
        };
    }

    private Step running(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.RootExited exited -> rootExited(state.in(Phase.STOPPING), exited.status(), now);
            case ContainerEvent.NothingAdopted nothing -> rootExited(state.in(Phase.STOPPING), nothing.status(), now);
            case ContainerEvent.CgroupEmptied emptied -> Step.of(state.emptied(emptied.oom()));
            case ContainerEvent.StopRequested asked -> end(state.after(After.STOP), asked.grace(), now);
            case ContainerEvent.RestartRequested asked -> end(state.after(After.RESTART), stop.grace(), now);
            case ContainerEvent.PolicyKilled killed -> Step.of(state.after(After.POLICY_KILL));
            case ContainerEvent.Adopted adopted -> adopt(state, adopted.pid(), now);
            default -> Step.of(state);
        };
    }

    private Step stopping(ContainerState state, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.RootExited exited ->
                state.rootGone() ? Step.of(state) : rootExited(state, exited.status(), now);
            // An earlier vigia may have seen how it ended, and not the end of the rest.
            case ContainerEvent.NothingAdopted nothing ->
                rootExited(state, state.exit() != null && state.rootGone() ? state.exit() : nothing.status(), now);
            case ContainerEvent.CgroupEmptied emptied ->
                state.rootGone() ? finished(state.emptied(emptied.oom()), now) : Step.of(state.emptied(emptied.oom()));
            case ContainerEvent.GraceElapsed elapsed -> Step.of(state, new Effect.KillCgroup());
            case ContainerEvent.StopRequested asked -> stopSooner(state.after(After.STOP), asked.grace(), now);
            case ContainerEvent.StartRequested asked -> Step.of(state.after(After.RESTART));
            case ContainerEvent.RestartRequested asked -> Step.of(state.after(After.RESTART));
            case ContainerEvent.PolicyKilled killed ->
                Step.of(state.after() == After.POLICY && !state.rootGone() ? state.after(After.POLICY_KILL) : state);
            case ContainerEvent.Adopted adopted -> {
                Step known = Step.of(state, adoption(state, adopted.pid()));
                yield state.rootGone()
                        ? join(known, Step.of(state, new Effect.KillCgroup()))
                        : join(known, end(state, left(state.until(), now), now));
            }
            default -> Step.of(state);
        };
    }

    private Step backingOff(ContainerState state, ContainerEvent event, Instant now) {
        Effect cancel = new Effect.CancelTimer(Timer.BACKOFF);
        return switch (event) {
            // What it depends on may have gone meanwhile.
            case ContainerEvent.BackoffElapsed elapsed ->
                Step.of(state.in(Phase.WAITING).until(null));
            case ContainerEvent.StartRequested asked -> Step.of(state.fresh(), cancel);
            case ContainerEvent.RestartRequested asked -> Step.of(state.fresh(), cancel);
            case ContainerEvent.StopRequested asked -> Step.of(state.over(Phase.STOPPED), cancel);
            case ContainerEvent.Adopted adopted -> join(Step.of(state, cancel), adopt(state, adopted.pid(), now));
            // The clock may have been set meanwhile: never wait longer than the longest wait.
            case ContainerEvent.NothingAdopted nothing -> {
                Duration rest = shorter(left(state.until(), now), restart.backoffMax());
                yield Step.of(state.until(now.plus(rest)), new Effect.ArmTimer(Timer.BACKOFF, rest));
            }
            default -> Step.of(state);
        };
    }

    private Step end(ContainerState state, Duration grace, Instant now) {
        ContainerState stopping = state.in(Phase.STOPPING).until(now.plus(grace));
        Effect signal = new Effect.SendStopSignal(stop.signal());
        return grace.isZero()
                ? endNow(stopping, signal)
                : Step.of(stopping, signal, new Effect.ArmTimer(Timer.GRACE, grace));
    }

    private static Step stopSooner(ContainerState state, Duration grace, Instant now) {
        boolean soonEnough = state.until() != null && left(state.until(), now).compareTo(grace) <= 0;
        if (state.rootGone() || soonEnough) {
            return Step.of(state);
        }
        return grace.isZero()
                ? endNow(state.until(now))
                : Step.of(state.until(now.plus(grace)), new Effect.ArmTimer(Timer.GRACE, grace));
    }

    private static Step endNow(ContainerState state, Effect... before) {
        List<Effect> effects = new ArrayList<>(List.of(before));
        effects.add(new Effect.CancelTimer(Timer.GRACE));
        effects.add(new Effect.KillCgroup());
        return new Step(state.in(Phase.STOPPING), effects);
    }

    private static Step adopt(ContainerState state, int pid, Instant now) {
        Instant since = state.startedAt() == null ? now : state.startedAt();
        return Step.of(state.running(pid, since).in(Phase.RUNNING), adoption(state, pid));
    }

    private static Effect adoption(ContainerState state, int pid) {
        return new Effect.Emit(EventTypes.CONTAINER_ADOPTED, data("pid", pid, "restarts", state.restarts()));
    }

    private Step rootExited(ContainerState state, ExitStatus status, Instant now) {
        ContainerState gone = state.rootGone(status);
        if (gone.emptied()) {
            return finished(gone, now);
        }
        return Step.of(gone, new Effect.CancelTimer(Timer.GRACE), new Effect.KillCgroup());
    }

    /**
     * What was asked for explains an end better than how it came. An OOM kill in the container explains any end but a good
     * one: the victim may have been a child, whose parent then fails by itself.
     */
    private static String reason(ContainerState state) {
        return switch (state.after()) {
            case STOP, RESTART -> "stopped";
            case POLICY_KILL -> "policy";
            case POLICY ->
                state.oom() && !clean(state)
                        ? "oom"
                        : switch (state.exit()) {
                            case ExitStatus.Exited code -> "exited";
                            case ExitStatus.Signaled signal -> "signal";
                            case null, default -> "unknown";
                        };
        };
    }

    private static boolean clean(ContainerState state) {
        return state.exit() instanceof ExitStatus.Exited exited && exited.code() == 0;
    }

    /** The root process has ended and the cgroup is empty. */
    private Step finished(ContainerState ended, Instant now) {
        ContainerState state = ended.because(reason(ended));
        Step over = Step.of(
                state,
                new Effect.CancelTimer(Timer.GRACE),
                new Effect.Emit(EventTypes.CONTAINER_EXITED, endData(state)));
        String why = "its last end: " + state.reason();
        return switch (state.after()) {
            case STOP -> join(over, Step.of(state.over(Phase.STOPPED)));
            case RESTART -> join(over, Step.of(state.fresh()));
            case POLICY, POLICY_KILL ->
                switch (restart.policy()) {
                    case ALWAYS -> join(over, again(state, now, why));
                    case ON_FAILURE ->
                        join(over, clean(state) ? Step.of(state.over(Phase.COMPLETED)) : again(state, now, why));
                    case NEVER ->
                        join(
                                over,
                                clean(state)
                                        ? Step.of(state.over(Phase.COMPLETED))
                                        : failed(state, "it is not to start again; " + why));
                };
        };
    }

    private Step again(ContainerState state, Instant now, String why) {
        List<Instant> counted = new ArrayList<>(state.recent());
        counted.removeIf(at ->
                restart.giveUpCount() == 0 || !at.plus(restart.giveUpWithin()).isAfter(now));
        if (restart.giveUpCount() > 0 && counted.size() >= restart.giveUpCount()) {
            return failed(
                    state,
                    "given up after " + counted.size() + " restarts within " + Durations.text(restart.giveUpWithin())
                            + "; " + why);
        }
        if (restart.giveUpCount() > 0) {
            counted.add(now);
        }
        boolean stable = state.startedAt() != null
                && Duration.between(state.startedAt(), now).compareTo(restart.backoffMax()) >= 0;
        Duration wait = stable || state.backoff().isZero() ? restart.backoffMin() : state.backoff();
        ContainerState waiting =
                state.restarting(shorter(wait.multipliedBy(2), restart.backoffMax()), counted, now.plus(wait));
        return Step.of(
                waiting,
                new Effect.Emit(
                        EventTypes.CONTAINER_RESTARTING,
                        data("restarts", waiting.restarts(), "delayMs", wait.toMillis(), "detail", why)),
                new Effect.ArmTimer(Timer.BACKOFF, wait));
    }

    private static Step failed(ContainerState state, String why) {
        return Step.of(
                state.over(Phase.FAILED),
                new Effect.Emit(EventTypes.CONTAINER_FAILED, data("detail", why, "restarts", state.restarts())));
    }

    /** An unknown status has neither {@code exitCode} nor {@code signal}. */
    private static Map<String, Object> endData(ContainerState state) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("pid", state.pid());
        switch (state.exit()) {
            case ExitStatus.Exited(int code) -> data.put("exitCode", code);
            case ExitStatus.Signaled(int signal, boolean dumped) -> {
                data.put("signal", signal);
                data.put("coreDumped", dumped);
            }
            case ExitStatus.Unknown(String why) -> data.put("detail", why);
            case null -> {}
        }
        data.put("reason", state.reason() == null ? "unknown" : state.reason());
        data.put("restarts", state.restarts());
        return data;
    }

    private static Map<String, Object> data(Object... keysAndValues) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            data.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return data;
    }

    private static Duration left(@Nullable Instant until, Instant now) {
        return until == null || until.isBefore(now) ? Duration.ZERO : Duration.between(now, until);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Step join(Step first, Step second) {
        List<Effect> effects = new ArrayList<>(first.effects());
        effects.addAll(second.effects());
        return new Step(second.state(), effects);
    }
}
