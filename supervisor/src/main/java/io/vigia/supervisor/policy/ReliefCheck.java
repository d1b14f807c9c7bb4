package io.vigia.supervisor.policy;

import java.time.Duration;
import java.util.List;

/** Whether the target is well again, at this moment. */
final class ReliefCheck {
    private ReliefCheck() {}

    static boolean seen(PolicySpec spec, Watch watch, Moment now, boolean sampling) {
        PolicySpec.Relief relief = spec.relief();
        if (Detectors.holds(spec.when(), watch, now)) {
            return false;
        }
        if (relief == null) {
            return true;
        }
        List<Condition> leaves = Detectors.leaves(spec.when()).toList();
        List<Condition> pressure = leaves.stream()
                .filter(Condition.PressureAbove.class::isInstance)
                .toList();
        List<Condition> deciding = pressure.isEmpty() ? leaves : pressure;
        return deciding.stream().allMatch(leaf -> below(leaf, relief.below(), watch, now, sampling));
    }

    static Duration howLong(PolicySpec spec) {
        PolicySpec.Relief relief = spec.relief();
        return relief == null ? Duration.ZERO : relief.forAtLeast();
    }

    private static boolean below(Condition leaf, double below, Watch watch, Moment now, boolean sampling) {
        if (leaf instanceof Condition.PressureAbove p) {
            Double share = Detectors.stalledShare(p, watch, now).orNull();
            return share == null ? !sampling : share < below;
        }
        DetectorReading reading = Detectors.read(leaf, watch, now);
        if (leaf instanceof Condition.MemoryEventRate) {
            return !reading.holds();
        }
        Double value = reading.value().orNull();
        return value != null && value < below;
    }
}
