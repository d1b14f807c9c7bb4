package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One file under lease.
 *
 * @param original what it was before the first lease
 * @param written what it should read now
 * @param previous what it read before {@code written} was written; a write that a crash cut off leaves it
 * @param held in the order they were taken; empty: the original is being given back, not yet confirmed
 */
record LeaseEntry(LeaseKey key, LimitValue original, LimitValue written, LimitValue previous, List<Held> held) {
    LeaseEntry {
        held = List.copyOf(held);
    }

    /** @param untilNanos end on this process's monotonic clock; {@code null}: none */
    record Held(Lease lease, @Nullable Long untilNanos) {}

    static LeaseEntry fresh(LeaseKey key, LimitValue present) {
        return new LeaseEntry(key, present, present, present, List.of());
    }

    /** The same holder's earlier lease is replaced, but not an operator's: each word of his ends at its own time. */
    LeaseEntry with(Held added) {
        List<Held> next = new ArrayList<>(held);
        if (added.lease().intent() != LeaseIntent.SET) {
            next.removeIf(h -> h.lease().holder().equals(added.lease().holder()));
        }
        next.add(added);
        return settledOn(next);
    }

    LeaseEntry without(Predicate<Held> leaving) {
        return settledOn(held.stream().filter(leaving.negate()).toList());
    }

    /**
     * The kernel reads back {@code value} for what was written: it may round. An operator's word that ends before a later one can
     * win no more, and is dropped: one that is renewed again and again is one lease.
     */
    LeaseEntry confirmed(LimitValue value) {
        List<Held> next = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            Held earlier = held.get(i);
            if (held.stream().skip(i + 1L).noneMatch(later -> outlasts(later, earlier))) {
                next.add(earlier);
            }
        }
        return new LeaseEntry(key, original, value, value, next);
    }

    private static boolean outlasts(Held later, Held earlier) {
        Long end = earlier.untilNanos();
        Long laterEnd = later.untilNanos();
        return earlier.lease().intent() == LeaseIntent.SET
                && later.lease().intent() == LeaseIntent.SET
                // By difference, as the clock may pass from the highest number to the lowest.
                && (laterEnd == null || (end != null && laterEnd - end >= 0));
    }

    private LeaseEntry settledOn(List<Held> next) {
        LimitValue value = effective(next);
        return value.equals(written)
                ? new LeaseEntry(key, original, written, previous, next)
                : new LeaseEntry(key, original, value, written, next);
    }

    private LimitValue effective(List<Held> holders) {
        LimitValue value = original;
        for (Held h : holders) {
            if (h.lease().intent() == LeaseIntent.RAISE
                    && !LimitOrder.tighter(key.file(), h.lease().wanted(), value)) {
                value = h.lease().wanted();
            }
        }
        for (Held h : holders) {
            if (h.lease().intent() == LeaseIntent.TIGHTEN && holdsBack(h.lease().wanted(), value)) {
                value = h.lease().wanted();
            }
        }
        for (Held h : holders) {
            if (h.lease().intent() == LeaseIntent.SET) {
                value = h.lease().wanted();
            }
        }
        return value;
    }

    private boolean holdsBack(LimitValue wanted, LimitValue value) {
        return !LimitOrder.comparable(wanted, value) || LimitOrder.tighter(key.file(), wanted, value);
    }
}
