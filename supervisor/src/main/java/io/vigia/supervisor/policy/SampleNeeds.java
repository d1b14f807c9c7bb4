package io.vigia.supervisor.policy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which parts of a sample can change a verdict now: an idle group with a kernel detector in its {@code all} needs none. */
final class SampleNeeds {
    private SampleNeeds() {}

    /** While nothing has fired. */
    static Set<Sample.Part> whileArmed(Condition when, Watch watch, Moment now) {
        EnumSet<Sample.Part> parts = EnumSet.noneOf(Sample.Part.class);
        collect(when, watch, now, parts);
        return parts;
    }

    /** While an episode is under way: all detectors, and what relief is measured by. */
    static Set<Sample.Part> whileActive(Condition when) {
        EnumSet<Sample.Part> parts = EnumSet.noneOf(Sample.Part.class);
        Detectors.leaves(when).forEach(leaf -> parts.addAll(of(leaf)));
        return parts;
    }

    /** The ladder is over and no lease is out: what the kernel tells by itself need not be measured. */
    static Set<Sample.Part> whileHolding(Condition when, Watch watch, Moment now) {
        EnumSet<Sample.Part> parts = EnumSet.noneOf(Sample.Part.class);
        parts.addAll(whileActive(when));
        parts.remove(Sample.Part.PRESSURE);
        parts.remove(Sample.Part.MEMORY_EVENTS);
        parts.addAll(whileArmed(when, watch, now));
        return parts;
    }

    private static void collect(Condition when, Watch watch, Moment now, Set<Sample.Part> into) {
        switch (when) {
            case Condition.All(List<Condition> parts) -> {
                if (parts.stream().noneMatch(p -> quiet(p, watch, now))) {
                    parts.forEach(p -> collect(p, watch, now, into));
                } else {
                    parts.stream().filter(p -> missesBase(p, watch)).forEach(p -> collect(p, watch, now, into));
                }
            }
            case Condition.Any(List<Condition> parts) -> parts.forEach(p -> collect(p, watch, now, into));
            case Condition.PressureAbove p -> {
                if (unavailable(p, watch)) {
                    into.addAll(of(p));
                }
            }
            case Condition.MemoryEventRate rate -> {
                if (watch.counts().isEmpty()) {
                    into.addAll(of(rate));
                }
            }
            case Condition.MemoryAboveLimit m -> into.addAll(of(m));
            case Condition.MemoryAboveHost m -> into.addAll(of(m));
            case Condition.PidsAbove p -> into.addAll(of(p));
        }
    }

    /** The kernel would wake us if it began to hold, and it does not now. */
    private static boolean quiet(Condition part, Watch watch, Moment now) {
        return switch (part) {
            case Condition.PressureAbove p -> !unavailable(p, watch) && !Detectors.holds(p, watch, now);
            case Condition.MemoryEventRate rate -> !watch.counts().isEmpty() && !Detectors.holds(rate, watch, now);
            case Condition.All(List<Condition> parts) -> parts.stream().anyMatch(p -> quiet(p, watch, now));
            case Condition.Any(List<Condition> parts) -> parts.stream().allMatch(p -> quiet(p, watch, now));
            case Condition.MemoryAboveLimit m -> false;
            case Condition.MemoryAboveHost m -> false;
            case Condition.PidsAbove p -> false;
        };
    }

    private static boolean missesBase(Condition part, Watch watch) {
        return part instanceof Condition.MemoryEventRate && watch.counts().isEmpty();
    }

    private static boolean unavailable(Condition.PressureAbove p, Watch watch) {
        Watch.Mark mark = watch.marks().get(Detectors.trigger(p));
        return mark != null && !mark.unavailable().isEmpty();
    }

    private static Set<Sample.Part> of(Condition leaf) {
        return switch (leaf) {
            case Condition.PressureAbove p -> Set.of(Sample.Part.PRESSURE);
            case Condition.MemoryEventRate r -> Set.of(Sample.Part.MEMORY_EVENTS);
            case Condition.MemoryAboveLimit m -> Set.of(Sample.Part.MEMORY, Sample.Part.LIMITS);
            case Condition.MemoryAboveHost m -> Set.of(Sample.Part.MEMORY, Sample.Part.HOST_MEMORY);
            case Condition.PidsAbove p -> Set.of(Sample.Part.PIDS, Sample.Part.LIMITS);
            case Condition.All all -> Set.of();
            case Condition.Any any -> Set.of();
        };
    }
}
