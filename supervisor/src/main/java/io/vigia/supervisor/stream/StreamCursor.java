package io.vigia.supervisor.stream;

import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.Journal.Bounds;
import io.vigia.supervisor.journal.Journal.Page;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Where one client stands, and what it gets next: pure, so that every interleaving can be tried. It pulls: nothing is
 * queued for a client but the page that it reads. One thread at a time.
 */
final class StreamCursor {
    /** Warned at a quarter of what gets a client cut. */
    private static final long WARN_SHARE = 4;

    private final EventFilter filter;
    private final long maxLag;
    private final ArrayDeque<Event> page = new ArrayDeque<>();
    private final ArrayDeque<Step> notes = new ArrayDeque<>();
    private long position;
    private long pageThrough;
    private boolean live;
    private boolean warned;

    /**
     * @param since exclusive; {@code null}: from now on
     * @param maxLag how many events a client may fall behind once it was up to date
     */
    StreamCursor(Bounds bounds, @Nullable Long since, EventFilter filter, long maxLag) {
        this.filter = filter;
        this.maxLag = maxLag;
        long newest = bounds.next() - 1;
        notes.add(new Opened(bounds.oldest(), bounds.next()));
        if (since == null) {
            position = newest;
        } else if (since > newest) {
            notes.add(new Gap(bounds.next(), since, "beyond the newest event"));
            position = newest;
        } else if (since < bounds.oldest() - 1) {
            notes.add(new Gap(since + 1, bounds.oldest() - 1, "older than the journal keeps"));
            position = bounds.oldest() - 1;
        } else {
            position = since;
        }
        pageThrough = position;
        live = position == newest;
    }

    /** What to do next. */
    sealed interface Step permits Opened, Gap, Lagging, Send, Skip, Read, Idle {}

    record Opened(long oldest, long next) implements Step {}

    record Gap(long from, long to, String reason) implements Step {}

    /** It falls behind, and is cut once it is {@code maxLag} behind. Told once until it has caught up. */
    record Lagging() implements Step {}

    record Send(Event event) implements Step {}

    /** Looked at one that does not match. */
    record Skip() implements Step {}

    /** Read from the journal after this sequence, then {@link #read}. */
    record Read(long since) implements Step {}

    record Idle() implements Step {}

    /** The last sequence that is settled: sent, not wanted, or declared missing. */
    long position() {
        return position;
    }

    Step next(RecentEvents recent) {
        if (!notes.isEmpty()) {
            return notes.removeFirst();
        }
        if (!page.isEmpty()) {
            Event event = page.removeFirst();
            position = page.isEmpty() ? pageThrough : event.sequence();
            return new Send(event);
        }
        long head = recent.head();
        if (position >= head) {
            live = true;
            warned = false;
            return new Idle();
        }
        if (live && head - position > maxLag) {
            Gap gap = new Gap(position + 1, head, "read too slowly; the range can be fetched from /api/v1/events");
            position = head;
            warned = false;
            return gap;
        }
        if (live && !warned && head - position > maxLag / WARN_SHARE) {
            warned = true;
            return new Lagging();
        }
        Event event = recent.get(position + 1);
        if (event == null) {
            return new Read(position);
        }
        position++;
        return filter.matches(event) ? new Send(event) : new Skip();
    }

    /** @param oldest as the journal says after the page was read */
    void read(Page found, long oldest) {
        if (found.first() > position + 1 && oldest >= found.first()) {
            notes.add(new Gap(position + 1, found.first() - 1, "older than the journal keeps"));
        }
        page.addAll(found.events());
        pageThrough = found.through();
        if (page.isEmpty()) {
            position = Math.max(position, pageThrough);
        }
    }
}
