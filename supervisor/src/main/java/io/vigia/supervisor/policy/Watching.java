package io.vigia.supervisor.policy;

import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.PressureTrigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What new facts add to a {@link Watch}, and what it may forget. */
final class Watching {
    /** Samples closer together than this replace each other, so that a flood of them stays bounded. */
    private static final long SAMPLE_SPACING_NANOS = 100_000_000L;
    /** Counter readings are kept this many to a span: a group that hits its limit 100 times a second stays bounded. */
    private static final int COUNTS_PER_SPAN = 64;
    /** The kernel checks a trigger ten times a window, so its next event may come somewhat later than one window. */
    private static final int LATE_PART = 4;

    private Watching() {}

    static Watch fired(Watch watch, PressureTrigger wanted, long armedWindowUsec, Moment now) {
        long window = Math.max(armedWindowUsec, wanted.windowUsec()) * 1000;
        return mark(watch, wanted, new Watch.Mark(true, now.nanos(), now.nanos() + window + window / LATE_PART, ""));
    }

    static Watch unavailable(Watch watch, PressureTrigger wanted, String why) {
        return mark(watch, wanted, new Watch.Mark(false, 0, 0, why.isEmpty() ? "the trigger cannot be armed" : why));
    }

    private static Watch mark(Watch watch, PressureTrigger trigger, Watch.Mark mark) {
        Map<PressureTrigger, Watch.Mark> marks = new HashMap<>(watch.marks());
        marks.put(trigger, mark);
        return new Watch(marks, watch.samples(), watch.counts());
    }

    static Watch sampled(Watch watch, Condition when, Sample sample, Moment now) {
        List<Watch.TimedSample> samples = new ArrayList<>(watch.samples());
        int last = samples.size() - 1;
        if (last > 0 && now.nanos() - samples.get(last - 1).nanos() < SAMPLE_SPACING_NANOS) {
            samples.remove(last);
        }
        samples.add(new Watch.TimedSample(now.nanos(), sample));
        long oldest = now.nanos() - Detectors.longestWindowNanos(when);
        while (samples.size() > 1 && samples.get(1).nanos() - oldest <= 0) {
            samples.remove(0);
        }
        Watch next = new Watch(watch.marks(), samples, watch.counts());
        MemoryEvents counters = sample.memoryEvents().orNull();
        return counters == null ? next : counted(next, when, counters, now);
    }

    static Watch counted(Watch watch, Condition when, MemoryEvents counters, Moment now) {
        Duration span = Detectors.longestRate(when);
        if (span.isZero()) {
            return watch;
        }
        List<Watch.Counted> counts = new ArrayList<>(watch.counts());
        int last = counts.size() - 1;
        if (last >= 0 && wentBack(counts.get(last).counters(), counters)) {
            counts.clear();
        } else if (last >= 0 && counts.get(last).counters().equals(counters)) {
            return watch;
        }
        last = counts.size() - 1;
        if (last > 0 && now.nanos() - counts.get(last).nanos() < Spans.nanos(span) / COUNTS_PER_SPAN) {
            counts.set(last, new Watch.Counted(counts.get(last).nanos(), counters));
        } else {
            counts.add(new Watch.Counted(now.nanos(), counters));
        }
        long oldest = now.nanos() - Spans.nanos(span);
        while (counts.size() > 2 && counts.get(1).nanos() - oldest <= 0) {
            counts.remove(0);
        }
        return new Watch(watch.marks(), watch.samples(), counts);
    }

    private static boolean wentBack(MemoryEvents before, MemoryEvents after) {
        return after.high() < before.high()
                || after.max() < before.max()
                || after.oom() < before.oom()
                || after.oomKill() < before.oomKill();
    }
}
