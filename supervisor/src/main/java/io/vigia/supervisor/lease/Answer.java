package io.vigia.supervisor.lease;

import io.vigia.supervisor.policy.Result;

/**
 * What became of an order.
 *
 * @param nanos when it was done ({@link System#nanoTime}), which may be before the loop hears of it
 */
public record Answer(Result result, long nanos) {
    /** Done at this moment. */
    public static Answer now(Result result) {
        return new Answer(result, System.nanoTime());
    }
}
