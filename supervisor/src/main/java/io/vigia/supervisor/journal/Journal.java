package io.vigia.supervisor.journal;

import io.vigia.kernel.model.Support;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The numbered history of events. Appending never blocks; a writer thread of its own commits in batches and only then
 * tells subscribers, so no event is sent that is not on disk. While the disk refuses, events wait up to a bound, the
 * oldest are dropped and counted beyond it, {@link #health()} says so, and nobody who appends is held up; once it works
 * again one {@code supervisor.overflow} tells the count.
 */
public interface Journal extends AutoCloseable {
    /** Any thread; keeps the order of one thread's calls. Never blocks, never throws. */
    void append(EventDraft draft);

    /**
     * Events with {@code sequence > since}, oldest first. Blocking; any thread but the loops.
     *
     * @param limit at most this many
     * @throws StoreException if the disk refuses
     */
    default List<Event> read(long since, EventFilter filter, int limit) {
        List<Event> found = new ArrayList<>();
        long from = since;
        while (found.size() < limit) {
            Page page = scan(from, filter, limit - found.size());
            if (page.through() == from) {
                break;
            }
            found.addAll(page.events());
            from = page.through();
        }
        return found;
    }

    /**
     * One bounded step of reading: looks at a few thousand events at most, so that a filter which matches little costs
     * no long read. Blocking; any thread but the loops.
     *
     * @param limit at most this many
     * @throws StoreException if the disk refuses
     */
    Page scan(long since, EventFilter filter, int limit);

    /** What can be read. Any thread, never blocks. */
    Bounds bounds();

    /**
     * Tells {@code listener} of every committed batch, in order, on the writer's thread: it must only hand over.
     *
     * @return closing it ends the subscription
     */
    AutoCloseable subscribe(Consumer<List<Event>> listener);

    /** Degraded or missing while the disk refuses writes. */
    Support health();

    /** Events that could not be written since the start. */
    long lost();

    /** Commits what was appended before the call, with a bound in time. */
    @Override
    void close();

    /**
     * @param oldest the oldest sequence still kept; {@code next} when empty
     * @param next the sequence that the next event will get
     */
    record Bounds(long oldest, long next) {}

    /**
     * What one step of reading saw.
     *
     * @param events those that match, oldest first
     * @param first the lowest sequence that was looked at; above {@code since + 1} when older ones are gone
     * @param through the highest sequence that was looked at; {@code since} when there was none
     */
    record Page(List<Event> events, long first, long through) {
        public Page {
            events = List.copyOf(events);
        }
    }
}
