package io.vigia.supervisor.action;

import io.vigia.kernel.model.Support;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.Journal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Keeps drafts in memory, in order. */
public final class RecordedJournal implements Journal {
    private final List<EventDraft> drafts = new CopyOnWriteArrayList<>();

    public List<EventDraft> drafts() {
        return drafts;
    }

    @Override
    public void append(EventDraft draft) {
        drafts.add(draft);
    }

    @Override
    public Page scan(long since, EventFilter filter, int limit) {
        return new Page(List.of(), since + 1, since);
    }

    @Override
    public Bounds bounds() {
        return new Bounds(1, 1);
    }

    @Override
    public AutoCloseable subscribe(Consumer<List<Event>> listener) {
        return () -> {};
    }

    @Override
    public Support health() {
        return new Support.Available("");
    }

    @Override
    public long lost() {
        return 0;
    }

    @Override
    public void close() {}
}
