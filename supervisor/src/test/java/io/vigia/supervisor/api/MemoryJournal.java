package io.vigia.supervisor.api;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A journal without a disk. */
final class MemoryJournal implements Journal {
    private final List<Event> events = new ArrayList<>();
    private final List<Consumer<List<Event>>> listeners = new CopyOnWriteArrayList<>();
    private long oldest = 1;

    @Override
    public synchronized void append(EventDraft draft) {
        long sequence = oldest + events.size();
        String json = new JsonObject()
                .put("specversion", "1.0")
                .put("id", String.valueOf(sequence))
                .put("sequence", String.valueOf(sequence))
                .put("source", "/vigia/test")
                .put("type", EventTypes.PREFIX + draft.type())
                .put("subject", draft.subject())
                .put("time", draft.time().toString())
                .put("datacontenttype", "application/json")
                .put("data", draft.data())
                .encode();
        Event event = new Event(sequence, draft.type(), draft.subject(), draft.time(), json);
        events.add(event);
        listeners.forEach(listener -> listener.accept(List.of(event)));
    }

    synchronized void trimTo(long first) {
        while (oldest < first) {
            events.remove(0);
            oldest++;
        }
    }

    @Override
    public synchronized Page scan(long since, EventFilter filter, int limit) {
        List<Event> found = events.stream()
                .filter(event -> event.sequence() > since && filter.matches(event))
                .limit(limit)
                .toList();
        long newest = Math.max(since, oldest + events.size() - 1);
        long through = found.size() == limit && limit > 0 ? found.get(limit - 1).sequence() : newest;
        return new Page(found, Math.max(since + 1, oldest), through);
    }

    @Override
    public synchronized Bounds bounds() {
        return new Bounds(oldest, oldest + events.size());
    }

    @Override
    public AutoCloseable subscribe(Consumer<List<Event>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Support health() {
        return new Support.Available("in memory");
    }

    @Override
    public long lost() {
        return 0;
    }

    @Override
    public void close() {}
}
