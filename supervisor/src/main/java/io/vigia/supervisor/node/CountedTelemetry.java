package io.vigia.supervisor.node;

import io.vigia.metrics.Counters;
import io.vigia.supervisor.policy.Decision;
import io.vigia.supervisor.policy.Outcome;
import io.vigia.supervisor.reaction.Telemetry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Measures into the exposition. */
final class CountedTelemetry implements Telemetry {
    private static final double NANOS = 1e-9;

    /** What became of it, or where there was nothing to do, what was decided. */
    private static final List<String> OUTCOMES = Stream.concat(
                    Arrays.stream(Outcome.Status.values())
                            .filter(status -> status != Outcome.Status.NONE && status != Outcome.Status.PENDING),
                    Arrays.stream(Decision.Kind.values()))
            .map(CountedTelemetry::label)
            .distinct()
            .toList();

    private final Counters counters;

    CountedTelemetry(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void policyAdded(String policy) {
        counters.policyAdded(policy, OUTCOMES);
    }

    @Override
    public void policyRemoved(String policy) {
        counters.policyRemoved(policy, OUTCOMES);
    }

    @Override
    public void decided(Decision decision) {
        // A decision with orders comes twice: counted when its outcome is known.
        if (decision.outcome().status() == Outcome.Status.PENDING) {
            return;
        }
        Enum<?> outcome = decision.outcome().status() == Outcome.Status.NONE
                ? decision.kind()
                : decision.outcome().status();
        counters.decision(decision.policy(), label(outcome));
    }

    private static String label(Enum<?> outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void acted(long nanos) {
        counters.action(nanos * NANOS);
    }

    @Override
    public void reacted(long nanos) {
        counters.reaction(nanos * NANOS);
    }
}
