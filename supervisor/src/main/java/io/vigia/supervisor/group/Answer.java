package io.vigia.supervisor.group;

import io.vigia.supervisor.policy.Result;

/**
 * What became of an order.
 *
 * @param nanos when it was done ({@link System#nanoTime}), which may be before the loop hears of it
 */
record Answer(Result result, long nanos) {
    static Answer now(Result result) {
        return new Answer(result, System.nanoTime());
    }
}
