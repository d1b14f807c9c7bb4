package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.Set;

/** Which of two values of a file is the tighter one. */
final class LimitOrder {
    /** Where the higher number holds the group back more. */
    private static final Set<String> HIGHER_IS_TIGHTER =
            Set.of(LeaseKey.FREEZE, LimitFile.CPU_IDLE.fileName(), LimitFile.MEMORY_OOM_GROUP.fileName());

    private LimitOrder() {}

    /** Whether {@code a} holds the group back more than {@code b}; false where they are equal or cannot be compared. */
    static boolean tighter(String file, LimitValue a, LimitValue b) {
        if (!comparable(a, b)) {
            return false;
        }
        boolean lower = amount(a) < amount(b);
        boolean higher = amount(a) > amount(b);
        return HIGHER_IS_TIGHTER.contains(file) ? higher : lower;
    }

    /** Texts ({@code io.max}, {@code cpuset.cpus}) have no order. */
    static boolean comparable(LimitValue a, LimitValue b) {
        return !(a instanceof LimitValue.Text) && !(b instanceof LimitValue.Text);
    }

    /** Exact for byte counts up to 2^53, far above any machine's memory; a quota counts by its share of the period. */
    private static double amount(LimitValue value) {
        return switch (value) {
            case LimitValue.Max max -> Double.POSITIVE_INFINITY;
            case LimitValue.Amount(long amount) -> amount;
            case LimitValue.CpuQuota(long quota, long period) -> (double) quota / period;
            case LimitValue.CpuUnlimited unlimited -> Double.POSITIVE_INFINITY;
            case LimitValue.Weight(int weight) -> weight;
            case LimitValue.Text text -> Double.NaN;
        };
    }
}
