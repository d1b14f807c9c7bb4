package io.vigia.supervisor.policy;

import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.PressureTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The engine: {@code (state, input, now) → (state, decisions, orders, wants)}. Static, pure, never blocks, never throws for any input
 * in any state; any thread.
 */
public final class PolicyEngine {
    private PolicyEngine() {}

    /**
     * Arms a policy on a group.
     *
     * @throws IllegalArgumentException when a pressure detector's window is longer than the kernel takes (10 s)
     */
    public static Step start(PolicyStart start, Moment now) {
        List<Long> kills = new ArrayList<>();
        for (Instant at : start.pastKills().stream().sorted().toList()) {
            // A kill that the wall clock says is yet to come is counted as just done.
            Duration ago = Duration.between(at, now.wall());
            kills.add(now.nanos() - (ago.isNegative() ? 0 : Spans.nanos(ago)));
        }
        Turn turn = new Turn(
                new PolicyState(
                        start.instance(),
                        start.spec(),
                        start.path(),
                        start.id(),
                        new Phase.Armed(),
                        Watch.EMPTY,
                        null,
                        start.leases(),
                        kills,
                        List.of(),
                        null,
                        null,
                        1,
                        now.nanos()),
                now);
        if (turn.leases.isEmpty()) {
            turn.tell(Decision.Kind.ARMED, "Watching " + start.path() + ".");
        } else {
            int rung = firstLeasing(start.spec());
            turn.phase = new Phase.Waiting(
                    rung, now.plus(start.spec().ladder().get(rung).waitFor()));
            turn.tell(
                    Decision.Kind.ARMED,
                    "Watching " + start.path() + ", and taking over " + turn.leases.size() + " lease(s) from before.");
        }
        new Ladder(turn).advance();
        return turn.done();
    }

    /** Advances it by one input. */
    public static Step step(PolicyState state, Input input, Moment now) {
        Turn turn = new Turn(state, now);
        Ladder ladder = new Ladder(turn);
        if (!(turn.phase instanceof Phase.Ended) || input instanceof Input.Acted) {
            apply(input, turn, ladder);
        }
        ladder.advance();
        return turn.done();
    }

    private static void apply(Input input, Turn turn, Ladder ladder) {
        Condition when = turn.spec().when();
        switch (input) {
            case Input.Tick tick -> {}
            case Input.PressureFired(PressureTrigger wanted, long window) -> {
                // One that is not of this policy's (any more) was under way when the policy was edited.
                if (isOurs(wanted, when)) {
                    turn.watch(Watching.fired(turn.watch(), wanted, window, turn.now));
                }
            }
            case Input.TriggerUnavailable(PressureTrigger wanted, String why) -> {
                if (isOurs(wanted, when)) {
                    turn.watch(Watching.unavailable(turn.watch(), wanted, why));
                    turn.tell(
                            Decision.Kind.FAILED,
                            "The kernel's trigger on " + turn.target.path() + " cannot be armed (" + why
                                    + "): pressure is sampled instead.");
                }
            }
            case Input.Sampled(Sample sample) -> turn.watch(Watching.sampled(turn.watch(), when, sample, turn.now));
            case Input.MemoryEventsChanged(MemoryEvents counters) ->
                turn.watch(Watching.counted(turn.watch(), when, counters, turn.now));
            case Input.Surveyed(long request, Survey survey) -> ladder.surveyed(request, survey);
            case Input.Acted acted -> Outcomes.settle(turn, acted);
            case Input.LeaseEnded(LeaseKey lease, String why) -> turn.leases.remove(lease);
            case Input.TargetGone gone -> end(turn, ladder, "The group is gone", new Phase.Ended("the group is gone"));
            case Input.Removed(String why) -> end(turn, ladder, "The policy ends (" + why + ")", new Phase.Ended(why));
            case Input.Paused(String by) -> end(turn, ladder, "Paused by " + by, new Phase.Paused(by));
            case Input.Edited(PolicySpec spec) -> edited(turn, ladder, spec);
            case Input.Resumed(String by) -> {
                if (turn.phase instanceof Phase.Paused) {
                    arm(turn, ladder, "Resumed by " + by + ": watching " + turn.target.path() + ".");
                }
            }
        }
    }

    private static boolean isOurs(io.vigia.kernel.model.PressureTrigger trigger, Condition when) {
        return Detectors.leaves(when)
                .anyMatch(l -> l instanceof Condition.PressureAbove p
                        && Detectors.trigger(p).equals(trigger));
    }

    private static void edited(Turn turn, Ladder ladder, PolicySpec spec) {
        giveBackIfAny(turn, "The policy was edited");
        turn.spec(spec);
        if (!(turn.phase instanceof Phase.Paused)) {
            arm(turn, ladder, "Edited: watching " + turn.target.path() + " anew.");
        }
    }

    private static void arm(Turn turn, Ladder ladder, String why) {
        turn.watch(Watch.EMPTY);
        ladder.endEpisode(new Phase.Armed());
        turn.tell(Decision.Kind.ARMED, why);
    }

    private static void end(Turn turn, Ladder ladder, String why, Phase next) {
        giveBackIfAny(turn, why);
        if (next instanceof Phase.Paused && !(turn.phase instanceof Phase.Paused)) {
            turn.tell(Decision.Kind.SUPPRESSED, why + ": nothing is watched until it is resumed.");
        }
        ladder.endEpisode(next);
    }

    private static void giveBackIfAny(Turn turn, String why) {
        if (!turn.leases.isEmpty()) {
            turn.giveBack(why + Sentences.leases(Set.copyOf(turn.leases).size()));
        }
    }

    /** Leases from before a restart came from this rung or a later one; the earlier is the milder assumption. */
    private static int firstLeasing(PolicySpec spec) {
        for (int i = 0; i < spec.ladder().size(); i++) {
            RungAction action = spec.ladder().get(i).action();
            if (action instanceof RungAction.Raise
                    || action instanceof RungAction.Throttle
                    || action instanceof RungAction.Freeze) {
                return i;
            }
        }
        return spec.ladder().size() - 1;
    }
}
