package io.vigia.supervisor.stream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.CloudEvents;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.Journal;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the journal and its clients: keeps the newest events, and tells clients that there is more. The journal's
 * writer only stores references and wakes contexts; every client works on its own context. Any thread.
 */
public final class EventHub implements AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger("io.vigia.supervisor.stream");

    private static final int RECENT = 1024;
    private static final long RECENT_CHARS = 1 << 20;
    private static final long MAX_LAG = 8192;
    private static final int READER_THREADS = 2;

    private final Journal journal;
    private final CloudEvents encoder;
    private final InstantSource clock;
    private final WorkerExecutor readers;
    private final RecentEvents recent;
    private final AutoCloseable subscription;
    private final Set<ClientStream> clients = ConcurrentHashMap.newKeySet();
    private final AtomicLong notes = new AtomicLong();
    private final AtomicLong gaps = new AtomicLong();

    /** @param node as in the journal's events */
    public EventHub(Vertx vertx, Journal journal, String node, InstantSource clock) {
        this.journal = journal;
        this.encoder = new CloudEvents(node);
        this.clock = clock;
        this.readers = vertx.createSharedWorkerExecutor("vigia-stream-reader", READER_THREADS);
        this.recent = new RecentEvents(RECENT, RECENT_CHARS, journal.bounds().next() - 1);
        this.subscription = journal.subscribe(this::told);
    }

    private void told(List<Event> batch) {
        recent.add(batch);
        clients.forEach(ClientStream::wake);
    }

    /**
     * Begins a stream: {@code stream.opened} first.
     *
     * @param context the connection's, where {@code sink} is used
     * @param since exclusive; {@code null}: from now on
     */
    public ClientStream open(Context context, StreamSink sink, @Nullable Long since, EventFilter filter) {
        ClientStream stream = new ClientStream(this, context, sink, since, filter);
        clients.add(stream);
        stream.wake();
        return stream;
    }

    /** How many streams are open. */
    public int clients() {
        return clients.size();
    }

    /** How far the slowest client is behind. */
    public long lagEvents() {
        long head = recent.head();
        return clients.stream()
                .mapToLong(client -> Math.max(0, head - client.settled()))
                .max()
                .orElse(0);
    }

    /** How many gaps were declared to clients since the start. */
    public long gaps() {
        return gaps.get();
    }

    Journal journal() {
        return journal;
    }

    RecentEvents recent() {
        return recent;
    }

    WorkerExecutor readers() {
        return readers;
    }

    long maxLag() {
        return MAX_LAG;
    }

    void remove(ClientStream stream) {
        clients.remove(stream);
    }

    void countGap() {
        gaps.incrementAndGet();
    }

    String opened(StreamCursor.Opened opened) {
        return note(
                EventTypes.STREAM_OPENED,
                new JsonObject().put("oldest", opened.oldest()).put("next", opened.next()));
    }

    String lagging() {
        Journal.Bounds bounds = journal.bounds();
        return note(
                EventTypes.STREAM_LAGGING,
                new JsonObject().put("oldest", bounds.oldest()).put("next", bounds.next()));
    }

    String gap(StreamCursor.Gap gap) {
        JsonObject data =
                new JsonObject().put("from", gap.from()).put("to", gap.to()).put("reason", gap.reason());
        return note(EventTypes.STREAM_GAP, data);
    }

    private String note(String type, JsonObject data) {
        return encoder.unnumbered(
                "stream-" + notes.incrementAndGet(), new EventDraft(type, null, clock.instant(), data));
    }

    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.debug("ending the subscription: {}", e.toString());
        }
        clients.forEach(ClientStream::end);
        readers.close();
    }
}
