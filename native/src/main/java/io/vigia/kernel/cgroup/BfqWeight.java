package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.LimitValue;

/**
 * Weights of 1 to 10,000 (default 100) on bfq's scale of 1 to 1,000 (default 100; bfq-iosched.rst): the same up to 100,
 * above that stretched, so what is read back may differ.
 */
final class BfqWeight {
    private static final int DEFAULT = 100;
    /** (10000 - 100) / (1000 - 100). */
    private static final int STRETCH = 11;

    private BfqWeight() {}

    static int toBfq(LimitValue value) {
        if (!(value instanceof LimitValue.Weight(int weight))) {
            throw new IllegalArgumentException("not a weight: " + value);
        }
        return weight <= DEFAULT ? weight : DEFAULT + (weight - DEFAULT) / STRETCH;
    }

    static LimitValue fromBfq(LimitValue value) {
        if (value instanceof LimitValue.Weight(int bfq) && bfq > DEFAULT) {
            return new LimitValue.Weight(Math.min(10_000, DEFAULT + (bfq - DEFAULT) * STRETCH));
        }
        return value;
    }
}
