package io.vigia.supervisor.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a decision.
 *
 * @param results one for each order, in order; empty until they are known
 * @param at when it was known; {@code null} while pending or when there was nothing to do
 * @param reaction from the kernel's word that led to it until its last order was done; {@code null} where a timer, a relief or
 *     somebody else led to it
 */
public record Outcome(
        Status status,
        String detail,
        List<Result> results,
        @Nullable Instant at,
        @Nullable Duration reaction) {
    /** A decision without orders. */
    public static final Outcome NONE = new Outcome(Status.NONE, "", List.of(), null, null);

    public static final Outcome PENDING = new Outcome(Status.PENDING, "", List.of(), null, null);

    public Outcome {
        results = List.copyOf(results);
    }

    /** Where nothing was carried out. */
    static Outcome of(Status status, String detail, Instant at) {
        return new Outcome(status, detail, List.of(), at, null);
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
