package io.vigia.supervisor.journal;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.TimeSlice;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Journal and store in one SQLite database below the state directory, with one writer thread. */
public final class SqliteJournal implements Journal, Store {
    static final Logger LOG = LoggerFactory.getLogger("io.vigia.supervisor.journal");

    private static final long CLOSE_SECONDS = 10;

    private final EntryQueue queue;
    private final JournalState state = new JournalState();
    private final Readers readers;
    private final CopyOnWriteArrayList<Consumer<List<Event>>> subscribers = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private SqliteJournal(JournalOptions options) {
        this.queue = new EntryQueue(options.queueEvents(), options.queueBytes());
        this.readers = new Readers(options.stateDir());
    }

    /**
     * Opens what is there, or begins anew. A disk that refuses does not keep vigia from starting: {@link #health()}
     * tells, and the writer tries again. Blocking.
     *
     * @throws StateDirectoryInUseException if another vigia has the directory
     */
    public static SqliteJournal open(JournalOptions options) {
        SqliteJournal journal = new SqliteJournal(options);
        JournalWriter writer =
                new JournalWriter(options, journal.queue, journal.state, journal.readers, journal::deliver);
        writer.openFirst();
        Thread.ofPlatform().name("vigia-journal").daemon(true).start(() -> {
            try {
                boolean unused = TimeSlice.shorten();
                writer.run();
            } finally {
                journal.ended.countDown();
            }
        });
        return journal;
    }

    @Override
    public void append(EventDraft draft) {
        queue.append(draft);
        wakeWriter();
    }

    /**
     * On an event loop the writer is woken at the end of the loop's turn: where they share a CPU, each event of the turn would hold the
     * loop up for a commit of its own.
     */
    private void wakeWriter() {
        Context context = Vertx.currentContext();
        if (context == null || !Context.isOnEventLoopThread()) {
            queue.wakeUp();
        } else {
            context.runOnContext(turnOver -> queue.wakeUp());
        }
    }

    @Override
    public Page scan(long since, EventFilter filter, int limit) {
        return readers.scan(since, filter, limit);
    }

    @Override
    public Bounds bounds() {
        return state.bounds();
    }

    @Override
    public AutoCloseable subscribe(Consumer<List<Event>> listener) {
        // An object of its own: the same listener may subscribe twice.
        Consumer<List<Event>> one = batch -> listener.accept(batch);
        subscribers.add(one);
        return () -> subscribers.remove(one);
    }

    @Override
    public Support health() {
        return state.health(System.nanoTime());
    }

    @Override
    public long lost() {
        return queue.dropped();
    }

    @Override
    public Future<Void> put(Table table, String key, JsonObject value) {
        StringBuilder json = new StringBuilder(256);
        try {
            JsonText.append(json, value);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(
                    new StoreException(table + " " + key + " cannot be written: " + e.getMessage(), e));
        }
        return write(table, key, json.toString());
    }

    @Override
    public Future<Void> delete(Table table, String key) {
        return write(table, key, null);
    }

    private Future<Void> write(Table table, String key, @Nullable String json) {
        Promise<Void> promise = Promise.promise();
        Throwable refusal = queue.offer(new Entry.Write(0, table, key, json, promise, Vertx.currentContext()));
        if (refusal != null) {
            return Future.failedFuture(refusal);
        }
        wakeWriter();
        return promise.future();
    }

    @Override
    public SortedMap<String, JsonObject> load(Table table) {
        return readers.load(table);
    }

    @Override
    public SortedMap<String, JsonObject> newest(Table table, @Nullable String before, int limit) {
        return readers.newest(table, before, limit);
    }

    @Override
    public void close() {
        queue.close(false);
        try {
            if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the journal's disk did not finish within {} s; what waits is lost", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(List<Event> batch) {
        for (Consumer<List<Event>> subscriber : subscribers) {
            try {
                subscriber.accept(batch);
            } catch (RuntimeException e) {
                LOG.error("a subscriber of the journal failed: {}", e.toString(), e);
            }
        }
    }
}
