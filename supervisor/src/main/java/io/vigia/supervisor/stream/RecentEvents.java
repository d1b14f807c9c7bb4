package io.vigia.supervisor.stream;

import io.vigia.supervisor.journal.Event;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest events, shared by all clients, so that who keeps up needs no disk. One thread adds, any thread reads; bounded
 * by count and by characters.
 */
final class RecentEvents {
    private final AtomicReferenceArray<@Nullable Event> slots;
    private final long maxChars;
    private final AtomicLong head;
    private long tail;
    private long chars;

    /** @param count a power of two */
    RecentEvents(int count, long maxChars, long head) {
        if (Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException("not a power of two: " + count);
        }
        this.slots = new AtomicReferenceArray<>(count);
        this.maxChars = maxChars;
        this.head = new AtomicLong(head);
        this.tail = head + 1;
    }

    /** The newest sequence that was told. */
    long head() {
        return head.get();
    }

    /** {@code null} when it is not, or no longer, here. */
    @Nullable
    Event get(long sequence) {
        Event event = slots.get(slot(sequence));
        return event != null && event.sequence() == sequence ? event : null;
    }

    void add(List<Event> batch) {
        for (Event event : batch) {
            Event old = slots.getAndSet(slot(event.sequence()), event);
            chars += event.json().length() - (old == null ? 0 : old.json().length());
            tail = Math.max(tail, event.sequence() - slots.length() + 1);
            while (chars > maxChars && tail < event.sequence()) {
                Event gone = slots.getAndSet(slot(tail++), null);
                chars -= gone == null ? 0 : gone.json().length();
            }
        }
        if (!batch.isEmpty()) {
            head.accumulateAndGet(batch.getLast().sequence(), Math::max);
        }
    }

    private int slot(long sequence) {
        return (int) (sequence & (slots.length() - 1));
    }
}
