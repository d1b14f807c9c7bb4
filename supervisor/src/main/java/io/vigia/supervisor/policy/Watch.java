package io.vigia.supervisor.policy;

import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.PressureTrigger;
import java.util.List;
import java.util.Map;

/**
 * What the detectors remember.
 *
 * @param marks when each trigger fired last
 * @param samples oldest first; no further back than the longest window needs
 * @param counts readings of {@code memory.events}, oldest first; the first one is what growth is counted from
 */
record Watch(Map<PressureTrigger, Mark> marks, List<TimedSample> samples, List<Counted> counts) {
    static final Watch EMPTY = new Watch(Map.of(), List.of(), List.of());

    Watch {
        marks = Map.copyOf(marks);
        samples = List.copyOf(samples);
        counts = List.copyOf(counts);
    }

    /**
     * @param untilNanos the trigger counts as firing until then
     * @param unavailable why it cannot be armed; empty when it can
     */
    record Mark(boolean fired, long firedNanos, long untilNanos, String unavailable) {}

    record TimedSample(long nanos, Sample sample) {}

    record Counted(long nanos, MemoryEvents counters) {}
}
