package io.vigia.supervisor.journal;

import io.vigia.kernel.model.Support;
import io.vigia.supervisor.journal.Journal.Bounds;

/** What everybody may see of the writer, without waiting for it. Written by the writer's thread. */
final class JournalState {
    private static final long STALL_NANOS = EntryQueue.millis(5_000);

    private volatile Bounds bounds = new Bounds(1, 1);
    private volatile Support health = new Support.Missing("the journal is not open yet", "");
    private volatile long busySinceNanos;
    private volatile boolean busy;

    Bounds bounds() {
        return bounds;
    }

    void bounds(Bounds current) {
        bounds = current;
    }

    /** @param nowNanos of {@link System#nanoTime()} */
    Support health(long nowNanos) {
        Support current = health;
        long since = busySinceNanos;
        if (busy && current.usable() && nowNanos - since > STALL_NANOS) {
            return new Support.Degraded(
                    "the journal's disk has not answered for " + (nowNanos - since) / 1_000_000_000 + " s: events wait",
                    "look for a stalled device or a full write cache; vigia goes on by itself");
        }
        return current;
    }

    void health(Support current) {
        health = current;
    }

    void busy(boolean now) {
        busySinceNanos = System.nanoTime();
        busy = now;
    }
}
