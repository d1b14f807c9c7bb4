package io.vigia.supervisor.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the writer, bounded: past the bound the oldest events are dropped and counted, and writes to the store
 * are refused. Any thread puts in, holding the lock for a few instructions; the writer alone takes out.
 */
final class EntryQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Entry.Append> appends = new ArrayDeque<>();
    private final ArrayDeque<Entry.Write> writes = new ArrayDeque<>();
    private final int maxEvents;
    private final long maxBytes;

    private long nextTicket;
    private long bytes;
    private long dropped;
    private boolean idle;
    private boolean closed;
    private @Nullable Throwable refusal;

    EntryQueue(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Without a word to the writer, which may sleep on: {@link #wakeUp} has to follow. */
    void append(EventDraft draft) {
        long weight = DraftWeight.of(draft);
        lock.lock();
        try {
            if (closed) {
                dropped++;
                return;
            }
            appends.addLast(new Entry.Append(nextTicket++, draft, weight));
            bytes += weight;
            trim();
        } finally {
            lock.unlock();
        }
    }

    void wakeUp() {
        lock.lock();
        try {
            if (idle) {
                idle = false;
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #append}.
     *
     * @return why the write is not taken, or {@code null} when it is
     */
    @Nullable
    Throwable offer(Entry.Write write) {
        lock.lock();
        try {
            if (closed) {
                return new StoreException("the journal is closed", null);
            }
            if (refusal != null) {
                return refusal;
            }
            if (writes.size() >= maxEvents) {
                return new StoreException("the disk stalls and " + maxEvents + " writes wait already", null);
            }
            writes.addLast(new Entry.Write(
                    nextTicket++, write.table(), write.key(), write.json(), write.promise(), write.context()));
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Up to {@code max} in order of arrival; waits until there is one, the time is over, or the queue is closed. */
    List<Entry> take(int max, long waitNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = waitNanos;
            while (appends.isEmpty() && writes.isEmpty() && !closed && left > 0) {
                idle = true;
                left = arrived.awaitNanos(left);
            }
            idle = false;
            return drain(max);
        } finally {
            lock.unlock();
        }
    }

    private List<Entry> drain(int max) {
        List<Entry> batch = new ArrayList<>(Math.min(max, appends.size() + writes.size()));
        while (batch.size() < max) {
            Entry.Append append = appends.peekFirst();
            Entry.Write write = writes.peekFirst();
            if (append != null && (write == null || append.ticket() < write.ticket())) {
                appends.removeFirst();
                bytes -= append.weight();
                batch.add(append);
            } else if (write != null) {
                writes.removeFirst();
                batch.add(write);
            } else {
                break;
            }
        }
        return batch;
    }

    /**
     * The disk refused: the batch's events come back to their place, as far as there is room; no write is taken until
     * {@link #accept}.
     *
     * @return the writes that waited, to be failed
     */
    List<Entry.Write> refuse(List<Entry> batch, Throwable cause) {
        lock.lock();
        try {
            refusal = cause;
            for (int i = batch.size() - 1; i >= 0; i--) {
                if (batch.get(i) instanceof Entry.Append append) {
                    appends.addFirst(append);
                    bytes += append.weight();
                }
            }
            trim();
            List<Entry.Write> waiting = new ArrayList<>(writes);
            writes.clear();
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** The disk works again. */
    void accept() {
        lock.lock();
        try {
            refusal = null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits the whole time, unless the queue is closed. */
    void pause(long waitNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = waitNanos;
            while (!closed && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** @param abandoned whether what still waits is given up and counted as dropped */
    void close(boolean abandoned) {
        lock.lock();
        try {
            closed = true;
            if (abandoned) {
                dropped += appends.size();
                appends.clear();
                bytes = 0;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return appends.isEmpty() && writes.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Events dropped since the start, exactly. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private void trim() {
        while (appends.size() > maxEvents || (bytes > maxBytes && appends.size() > 1)) {
            bytes -= appends.removeFirst().weight();
            dropped++;
        }
    }

    /** Rejects what waits; for a writer that ends. */
    static void fail(List<Entry.Write> waiting, Throwable cause) {
        waiting.forEach(write -> write.settle(cause));
    }

    static long millis(long value) {
        return TimeUnit.MILLISECONDS.toNanos(value);
    }
}
