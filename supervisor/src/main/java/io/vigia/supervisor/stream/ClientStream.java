package io.vigia.supervisor.stream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.Journal;
import io.vigia.supervisor.journal.Journal.Bounds;
import io.vigia.supervisor.journal.Journal.Page;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One client's stream: drives its {@link StreamCursor} as fast as its sink takes. Everything on the client's context. */
public final class ClientStream {
    /** Of one client at a time: each message is a system call, and others wait for the same loop. */
    private static final long SLICE_NANOS = 2_000_000;

    private static final int PAGE = 128;
    private static final int TRY_AGAIN_LATER = 1013;

    private final EventHub hub;
    private final Context context;
    private final StreamSink sink;
    private final EventFilter filter;
    private final StreamCursor cursor;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile long settled;
    private boolean reading;
    private volatile boolean ended;

    ClientStream(EventHub hub, Context context, StreamSink sink, @Nullable Long since, EventFilter filter) {
        this.hub = hub;
        this.context = context;
        this.sink = sink;
        this.filter = filter;
        this.cursor = new StreamCursor(hub.journal().bounds(), since, filter, hub.maxLag());
        this.settled = cursor.position();
    }

    /** Any thread; many calls before the client's turn are one. */
    void wake() {
        if (!ended && scheduled.compareAndSet(false, true)) {
            context.runOnContext(ignored -> {
                scheduled.set(false);
                pump();
            });
        }
    }

    /** There is room again in the sink, or something new. */
    public void pump() {
        assertOwner();
        try {
            long began = System.nanoTime();
            while (!ended && !reading && !sink.full() && System.nanoTime() - began < SLICE_NANOS) {
                if (!step()) {
                    return;
                }
            }
            if (!ended && !reading && !sink.full()) {
                wake();
            }
        } catch (RuntimeException e) {
            EventHub.LOG.error("a client's stream failed: {}", e.toString(), e);
            end();
            sink.close(1011, "internal error");
        } finally {
            settled = cursor.position();
        }
    }

    /** @return whether to go on */
    private boolean step() {
        return switch (cursor.next(hub.recent())) {
            case StreamCursor.Opened opened -> {
                sink.writeNote(hub.opened(opened));
                yield true;
            }
            case StreamCursor.Gap gap -> {
                hub.countGap();
                sink.writeNote(hub.gap(gap));
                yield true;
            }
            case StreamCursor.Lagging lagging -> {
                sink.writeNote(hub.lagging());
                yield true;
            }
            case StreamCursor.Send send -> {
                sink.write(send.event());
                yield true;
            }
            case StreamCursor.Skip skip -> true;
            case StreamCursor.Read read -> {
                read(read.since());
                yield false;
            }
            case StreamCursor.Idle idle -> false;
        };
    }

    private record Found(Page page, Bounds bounds) {}

    private void read(long since) {
        reading = true;
        Journal journal = hub.journal();
        hub.readers()
                .executeBlocking(() -> new Found(journal.scan(since, filter, PAGE), journal.bounds()), false)
                .onComplete(result -> context.runOnContext(ignored -> {
                    reading = false;
                    if (result.succeeded()) {
                        cursor.read(
                                result.result().page(), result.result().bounds().oldest());
                        pump();
                    } else if (!ended) {
                        EventHub.LOG.warn("a client is sent away: {}", String.valueOf(result.cause()));
                        end();
                        sink.close(TRY_AGAIN_LATER, "the journal cannot be read now");
                    }
                }));
    }

    /** The last sequence that is settled for this client. Any thread. */
    long settled() {
        return settled;
    }

    /** The client is gone, or is to go: nothing more is written. Any thread, idempotent. */
    public void end() {
        ended = true;
        hub.remove(this);
    }

    private void assertOwner() {
        assert Vertx.currentContext() == context : "a client's stream belongs to its connection's context";
    }
}
