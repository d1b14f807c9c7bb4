package io.vigia.supervisor.group;

import io.vigia.metrics.Counters;
import io.vigia.supervisor.policy.Decision;
import io.vigia.supervisor.policy.Outcome;
import java.util.Locale;

/** Measures into the exposition. */
final class CountedTelemetry implements Telemetry {
    private static final double NANOS = 1e-9;

    private final Counters counters;

    CountedTelemetry(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void decided(Decision decision) {
        // A decision with orders comes twice: counted when its outcome is known.
        if (decision.outcome().status() == Outcome.Status.PENDING) {
            return;
        }
        String outcome = decision.outcome().status() == Outcome.Status.NONE
                ? decision.kind().name()
                : decision.outcome().status().name();
        counters.decision(decision.policy(), outcome.toLowerCase(Locale.ROOT).replace('_', '-'));
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
