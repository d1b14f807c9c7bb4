package io.vigia.supervisor.policy;

import java.time.Duration;
import java.time.Instant;

/**
 * Now, on both clocks. Every span is measured on {@code nanos}; {@code wall} only dates records, so that a step of the
 * wall clock neither hurries nor delays a policy.
 *
 * @param nanos {@link System#nanoTime()}: monotonic, any sign, may wrap
 */
public record Moment(long nanos, Instant wall) {
    /** How long after {@code earlierNanos} this is; negative when before. */
    Duration since(long earlierNanos) {
        return Duration.ofNanos(nanos - earlierNanos);
    }

    /** Whether the monotonic clock has reached {@code deadlineNanos}. */
    boolean reached(long deadlineNanos) {
        return nanos - deadlineNanos >= 0;
    }

    long plus(Duration span) {
        return nanos + Spans.nanos(span);
    }

    /** The wall time that a monotonic deadline corresponds to, as things look now. */
    public Instant wallAt(long deadlineNanos) {
        return wall.plusNanos(deadlineNanos - nanos);
    }
}
