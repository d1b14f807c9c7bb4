package io.vigia.supervisor.journal;

import io.vigia.kernel.model.Support;
import java.util.List;
import java.util.function.Consumer;

/**
 * The numbered history of events. Appending never blocks; a writer thread of its own commits in batches and only then
 * tells subscribers, so no event is sent that is not on disk. When the disk refuses, events go on to subscribers
 * unnumbered losses counted, {@link #health()} says so, and enforcement is not held up.
 */
public interface Journal extends AutoCloseable {
    /** Any thread; keeps the order of one thread's calls. Never blocks, never throws. */
    void append(EventDraft draft);

    /**
     * Events with {@code sequence > since}, oldest first. Blocking; any thread but the loops.
     *
     * @param limit at most this many
     */
    List<Event> read(long since, EventFilter filter, int limit);

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
}
