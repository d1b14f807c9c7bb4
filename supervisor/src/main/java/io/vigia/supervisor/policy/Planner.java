package io.vigia.supervisor.policy;

import io.vigia.kernel.model.PressureTrigger;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/** What an instance waits for: one deadline, and the samples that it is for. */
final class Planner {
    /** Detectors that no kernel event wakes, while nothing is under way. */
    static final Duration IDLE_SAMPLING = Duration.ofSeconds(1);
    /** While a rung waits for relief, or {@code for} runs. */
    static final Duration ACTIVE_SAMPLING = Duration.ofMillis(500);

    /** Progress is made even when a deadline is in the past. */
    private static final long SOON_NANOS = 1_000_000;

    private Planner() {}

    static Wants wants(PolicyState state, Moment now) {
        if (state.phase() instanceof Phase.Ended || state.phase() instanceof Phase.Paused) {
            return Wants.NOTHING;
        }
        Set<Sample.Part> samples = samples(state, now);
        LongStream due =
                LongStream.concat(phaseDue(state, now), LongStream.concat(reliefDue(state), expiries(state, now)));
        if (!samples.isEmpty()) {
            due = LongStream.concat(due, LongStream.of(sampleDue(state, now)));
        }
        OptionalLong soonest =
                due.map(at -> Math.max(SOON_NANOS, at - now.nanos())).min();
        return new Wants(
                soonest.isPresent() ? OptionalLong.of(now.nanos() + soonest.getAsLong()) : soonest,
                samples,
                triggers(state),
                state.request());
    }

    static Set<Sample.Part> samples(PolicyState state, Moment now) {
        Condition when = state.spec().when();
        return switch (state.phase()) {
            case Phase.Armed a -> SampleNeeds.whileArmed(when, state.watch(), now);
            case Phase.Pending p -> SampleNeeds.whileActive(when);
            case Phase.Holding h ->
                state.leases().isEmpty()
                        ? SampleNeeds.whileHolding(when, state.watch(), now)
                        : SampleNeeds.whileActive(when);
            case Phase.Choosing c -> SampleNeeds.whileActive(when);
            case Phase.Measuring m -> SampleNeeds.whileActive(when);
            case Phase.Acting a -> SampleNeeds.whileActive(when);
            case Phase.Waiting w -> SampleNeeds.whileActive(when);
            case Phase.Cooling c -> Set.of();
            case Phase.Paused p -> Set.of();
            case Phase.Ended e -> Set.of();
        };
    }

    private static long sampleDue(PolicyState state, Moment now) {
        if (state.watch().samples().isEmpty()) {
            return now.nanos();
        }
        long last = state.watch().samples().getLast().nanos();
        boolean idle = state.phase() instanceof Phase.Armed || state.phase() instanceof Phase.Holding;
        if (!idle) {
            return last + ACTIVE_SAMPLING.toNanos();
        }
        // At the same moments for every group, so that one wake-up serves them all.
        long round = IDLE_SAMPLING.toNanos();
        return (Math.floorDiv(last, round) + 1) * round;
    }

    private static LongStream phaseDue(PolicyState state, Moment now) {
        return switch (state.phase()) {
            case Phase.Pending(long since) ->
                LongStream.of(since + Spans.nanos(state.spec().forAtLeast()));
            case Phase.Measuring(int rung, long until) -> LongStream.of(until);
            case Phase.Waiting(int rung, long until) -> future(until, now);
            case Phase.Holding(int rung, long again) -> future(again, now);
            case Phase.Cooling(long until, boolean told) -> LongStream.of(until);
            case Phase.Armed a -> LongStream.empty();
            case Phase.Choosing c -> LongStream.empty();
            case Phase.Acting a -> LongStream.empty();
            case Phase.Paused p -> LongStream.empty();
            case Phase.Ended e -> LongStream.empty();
        };
    }

    private static LongStream future(long at, Moment now) {
        return now.reached(at) ? LongStream.empty() : LongStream.of(at);
    }

    private static LongStream reliefDue(PolicyState state) {
        Long since = state.reliefSinceNanos();
        boolean busy = state.phase() instanceof Phase.Acting;
        return since == null || busy || !state.active()
                ? LongStream.empty()
                : LongStream.of(since + Spans.nanos(ReliefCheck.howLong(state.spec())));
    }

    /** When a detector stops holding by the passing of time alone. */
    private static LongStream expiries(PolicyState state, Moment now) {
        if (!state.active() && !(state.phase() instanceof Phase.Pending)) {
            return LongStream.empty();
        }
        LongStream marks = state.watch().marks().values().stream()
                .filter(Watch.Mark::fired)
                .mapToLong(Watch.Mark::untilNanos)
                .filter(at -> !now.reached(at));
        LongStream rates = Detectors.leaves(state.spec().when())
                .filter(Condition.MemoryEventRate.class::isInstance)
                .map(Condition.MemoryEventRate.class::cast)
                .flatMapToLong(r -> EventRates.nextExpiry(r, state.watch(), now).stream());
        return LongStream.concat(marks, rates);
    }

    private static Set<PressureTrigger> triggers(PolicyState state) {
        Set<PressureTrigger> triggers = new HashSet<>();
        Detectors.leaves(state.spec().when()).forEach(leaf -> {
            if (leaf instanceof Condition.PressureAbove p) {
                PressureTrigger trigger = Detectors.trigger(p);
                Watch.Mark mark = state.watch().marks().get(trigger);
                if (mark == null || mark.unavailable().isEmpty()) {
                    triggers.add(trigger);
                }
            }
        });
        return triggers;
    }
}
