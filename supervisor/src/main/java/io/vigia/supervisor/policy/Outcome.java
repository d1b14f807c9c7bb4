package io.vigia.supervisor.policy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a decision.
 *
 * @param results one for each order, in order; empty until they are known
 * @param at when it was known; {@code null} while pending or when there was nothing to do
 */
public record Outcome(
        Status status,
        String detail,
        List<Result> results,
        @Nullable Instant at) {
    /** A decision without orders. */
    public static final Outcome NONE = new Outcome(Status.NONE, "", List.of(), null);

    public static final Outcome PENDING = new Outcome(Status.PENDING, "", List.of(), null);

    public Outcome {
        results = List.copyOf(results);
    }

    /** How it ended. */
    public enum Status {
        NONE,
        PENDING,
        DONE,
        /** Dry-run: it would have been done. */
        WOULD_HAVE,
        NO_VICTIM,
        REFUSED,
        FAILED
    }
}
