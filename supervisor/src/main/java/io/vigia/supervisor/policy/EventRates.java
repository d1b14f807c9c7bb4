package io.vigia.supervisor.policy;

import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Reading;
import java.util.List;
import java.util.OptionalLong;

/** How often {@code memory.events} counted up lately. Events before the first reading never count. */
final class EventRates {
    private EventRates() {}

    static Reading<Long> growth(Condition.MemoryEventRate rate, Watch watch, Moment now) {
        List<Watch.Counted> counts = watch.counts();
        if (counts.isEmpty()) {
            return Reading.unknown("memory.events was not read yet");
        }
        Watch.Counted base = counts.getFirst();
        for (Watch.Counted c : counts) {
            if (now.reached(c.nanos() + Spans.nanos(rate.per()))) {
                base = c;
            }
        }
        long from = counter(base.counters(), rate.event());
        long to = counter(counts.getLast().counters(), rate.event());
        return from < 0 || to < 0
                ? Reading.unknown("memory.events does not count " + rate.event() + " here")
                : Reading.known(to - from);
    }

    /** When the oldest of the events that count now leaves the span. */
    static OptionalLong nextExpiry(Condition.MemoryEventRate rate, Watch watch, Moment now) {
        return watch.counts().stream()
                .skip(1)
                .mapToLong(c -> c.nanos() + Spans.nanos(rate.per()))
                .filter(at -> !now.reached(at))
                .findFirst();
    }

    private static long counter(MemoryEvents events, String name) {
        return switch (name) {
            case "low" -> events.low();
            case "high" -> events.high();
            case "max" -> events.max();
            case "oom" -> events.oom();
            case "oom_kill" -> events.oomKill();
            case "oom_group_kill" -> events.oomGroupKill();
            default -> -1;
        };
    }
}
