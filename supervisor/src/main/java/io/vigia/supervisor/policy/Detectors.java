package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What each detector sees now. Unknown never holds. */
final class Detectors {
    /** A sample older than this says nothing about now. */
    private static final Duration FRESH = Duration.ofSeconds(3);

    private Detectors() {}

    static Stream<Condition> leaves(Condition when) {
        return switch (when) {
            case Condition.All(List<Condition> parts) -> parts.stream().flatMap(Detectors::leaves);
            case Condition.Any(List<Condition> parts) -> parts.stream().flatMap(Detectors::leaves);
            default -> Stream.of(when);
        };
    }

    static boolean holds(Condition when, Watch watch, Moment now) {
        return switch (when) {
            case Condition.All(List<Condition> parts) ->
                !parts.isEmpty() && parts.stream().allMatch(p -> holds(p, watch, now));
            case Condition.Any(List<Condition> parts) -> parts.stream().anyMatch(p -> holds(p, watch, now));
            default -> leafHolds(when, watch, now);
        };
    }

    // Asked several times a step: without the words of a reading.
    private static boolean leafHolds(Condition leaf, Watch watch, Moment now) {
        boolean firing = leaf instanceof Condition.PressureAbove p && isFiring(p, watch, now);
        return firing || read(leaf, watch, now).holds();
    }

    private static boolean isFiring(Condition.PressureAbove p, Watch watch, Moment now) {
        Watch.Mark mark = watch.marks().get(trigger(p));
        return mark != null && mark.fired() && !now.reached(mark.untilNanos());
    }

    static List<DetectorReading> readings(Condition when, Watch watch, Moment now) {
        return leaves(when).map(leaf -> read(leaf, watch, now)).toList();
    }

    static DetectorReading read(Condition leaf, Watch watch, Moment now) {
        return switch (leaf) {
            case Condition.PressureAbove p -> pressure(p, watch, now);
            case Condition.MemoryAboveLimit(double above, LimitFile of) ->
                share("memory.current, share of " + of.fileName(), memoryShare(of, watch, now), above);
            case Condition.MemoryAboveHost(double above) ->
                share("memory.current, share of the host's memory", hostShare(watch, now), above);
            case Condition.PidsAbove(double above) ->
                share("pids.current, share of pids.max", pidsShare(watch, now), above);
            case Condition.MemoryEventRate rate -> rate(rate, watch, now);
            case Condition.All all -> throw new IllegalArgumentException("not a detector: " + all);
            case Condition.Any any -> throw new IllegalArgumentException("not a detector: " + any);
        };
    }

    static PressureTrigger trigger(Condition.PressureAbove p) {
        long window = p.window().toNanos() / 1000;
        long stall = Math.clamp(Math.round(p.above() * window), 1, Math.max(1, window));
        return new PressureTrigger(p.resource(), p.kind(), stall, window);
    }

    private static DetectorReading pressure(Condition.PressureAbove p, Watch watch, Moment now) {
        Watch.Mark mark = watch.marks().get(trigger(p));
        boolean firing = isFiring(p, watch, now);
        Reading<Double> share = stalledShare(p, watch, now);
        Double known = share.orNull();
        // While the kernel's word holds, a share that has fallen since is not why.
        Reading<Double> shown = firing && (known == null || known < p.above()) ? crossed(mark, now) : share;
        String name = p.resource().kernelName() + " " + p.kind().kernelName() + " pressure, share of "
                + Spans.text(p.window());
        return new DetectorReading(
                name, shown, p.above(), DetectorReading.Unit.SHARE, firing || (known != null && known >= p.above()));
    }

    private static Reading<Double> crossed(Watch.@Nullable Mark mark, Moment now) {
        return Reading.unknown(
                mark == null
                        ? "not measured"
                        : "the kernel reported it crossed " + Spans.text(now.since(mark.firedNanos())) + " ago");
    }

    /** Growth of {@code total} over at least a window, as measured from samples. */
    static Reading<Double> stalledShare(Condition.PressureAbove p, Watch watch, Moment now) {
        Watch.TimedSample last = freshest(watch, now);
        if (last == null) {
            return Reading.unknown("not sampled yet");
        }
        Watch.TimedSample first = null;
        for (Watch.TimedSample s : watch.samples()) {
            if (last.nanos() - s.nanos() >= p.window().toNanos()) {
                first = s;
            }
        }
        if (first == null) {
            return Reading.unknown("sampled for less than " + Spans.text(p.window()));
        }
        Reading<Long> begin = total(p, first.sample());
        Reading<Long> end = total(p, last.sample());
        Long from = begin.orNull();
        Long to = end.orNull();
        if (from == null || to == null) {
            return Reading.unknown(Readings.whyNot(to == null ? end : begin));
        }
        if (to < from) {
            return Reading.unknown("the total went back");
        }
        return Reading.known((to - from) * 1000.0 / (last.nanos() - first.nanos()));
    }

    private static Reading<Long> total(Condition.PressureAbove p, Sample sample) {
        Reading<Pressure> reading = sample.pressure(p.resource());
        Pressure pressure = reading.orNull();
        if (pressure == null) {
            return Reading.unknown(Readings.whyNot(reading));
        }
        PressureStall stall = pressure.of(p.kind());
        return stall == null
                ? Reading.unknown("the kernel has no " + p.kind().kernelName() + " line")
                : Reading.known(stall.totalUsec());
    }

    private static Reading<Double> memoryShare(LimitFile of, Watch watch, Moment now) {
        Watch.TimedSample last = freshest(watch, now);
        return last == null
                ? Reading.unknown("not sampled yet")
                : share(last.sample().memoryBytes(), amount(last.sample().limit(of), of));
    }

    private static Reading<Double> hostShare(Watch watch, Moment now) {
        Watch.TimedSample last = freshest(watch, now);
        return last == null
                ? Reading.unknown("not sampled yet")
                : share(last.sample().memoryBytes(), last.sample().hostMemoryBytes());
    }

    private static Reading<Double> pidsShare(Watch watch, Moment now) {
        Watch.TimedSample last = freshest(watch, now);
        return last == null
                ? Reading.unknown("not sampled yet")
                : share(last.sample().pids(), amount(last.sample().limit(LimitFile.PIDS_MAX), LimitFile.PIDS_MAX));
    }

    private static Reading<Long> amount(Reading<LimitValue> limit, LimitFile file) {
        LimitValue value = limit.orNull();
        if (value == null) {
            return Reading.unknown(Readings.whyNot(limit));
        }
        return value instanceof LimitValue.Amount(long amount)
                ? Reading.known(amount)
                : Reading.unknown(file.fileName() + " is unlimited");
    }

    private static Reading<Double> share(Reading<Long> part, Reading<Long> whole) {
        Long p = part.orNull();
        Long w = whole.orNull();
        if (p == null || w == null) {
            return Reading.unknown(Readings.whyNot(p == null ? part : whole));
        }
        return w <= 0 ? Reading.unknown("the limit is 0") : Reading.known((double) p / w);
    }

    private static DetectorReading share(String name, Reading<Double> value, double above) {
        Double known = value.orNull();
        return new DetectorReading(name, value, above, DetectorReading.Unit.SHARE, known != null && known > above);
    }

    private static DetectorReading rate(Condition.MemoryEventRate rate, Watch watch, Moment now) {
        Reading<Long> growth = EventRates.growth(rate, watch, now);
        Long known = growth.orNull();
        return new DetectorReading(
                "memory.events " + rate.event() + ", new ones within " + Spans.text(rate.per()),
                growth.map(Long::doubleValue),
                rate.count(),
                DetectorReading.Unit.COUNT,
                known != null && known >= rate.count());
    }

    private static Watch.@Nullable TimedSample freshest(Watch watch, Moment now) {
        if (watch.samples().isEmpty()) {
            return null;
        }
        Watch.TimedSample last = watch.samples().getLast();
        return now.since(last.nanos()).compareTo(FRESH) > 0 ? null : last;
    }

    static long longestWindowNanos(Condition when) {
        return leaves(when)
                .mapToLong(
                        l -> l instanceof Condition.PressureAbove p ? p.window().toNanos() : 0)
                .max()
                .orElse(0);
    }

    static Duration longestRate(Condition when) {
        return leaves(when)
                .map(l -> l instanceof Condition.MemoryEventRate r ? r.per() : Duration.ZERO)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
