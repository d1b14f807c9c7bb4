package io.vigia.supervisor.stream;

import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.Journal;
import io.vigia.supervisor.journal.Journal.Bounds;
import java.util.List;
import java.util.stream.Collectors;

/** A range of the journal as an answer. Blocking where it reads. */
public sealed interface EventRange {
    /** At most as many as were asked for. */
    record Found(List<Event> events) implements EventRange {
        public Found {
            events = List.copyOf(events);
        }

        public String jsonArray() {
            return events.stream().map(Event::json).collect(Collectors.joining(",", "[", "]"));
        }

        /** One event a line. */
        public String ndjson() {
            return events.stream().map(event -> event.json() + "\n").collect(Collectors.joining());
        }
    }

    /** {@code since} is older than the journal, or beyond its head: HTTP 410. */
    record Gone(Bounds bounds, String detail) implements EventRange {}

    /** @param since exclusive */
    static EventRange read(Journal journal, long since, EventFilter filter, int limit) {
        Bounds before = journal.bounds();
        if (since >= before.next()) {
            return new Gone(before, "since=" + since + " is beyond the newest event, " + (before.next() - 1));
        }
        List<Event> events = since < before.oldest() - 1 ? List.of() : journal.read(since, filter, limit);
        Bounds after = journal.bounds();
        if (since < after.oldest() - 1) {
            return new Gone(
                    after,
                    "since=" + since + " is older than the journal keeps; the oldest event is " + after.oldest());
        }
        return new Found(events);
    }
}
