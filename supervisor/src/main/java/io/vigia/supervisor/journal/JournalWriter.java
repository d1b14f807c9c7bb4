package io.vigia.supervisor.journal;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.journal.Journal.Bounds;
import io.vigia.supervisor.journal.Store.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes: takes what is queued, commits it as one transaction, tells the subscribers, settles the
 * futures. When the disk refuses it keeps what the queue can hold and tries again, later and later up to five seconds.
 */
final class JournalWriter implements Runnable {
    private static final int BATCH = 1024;
    private static final long TICK_NANOS = EntryQueue.millis(60_000);
    private static final long FIRST_RETRY_NANOS = EntryQueue.millis(100);
    private static final long LAST_RETRY_NANOS = EntryQueue.millis(5_000);

    private final JournalOptions options;
    private final Path stateDir;
    private final EntryQueue queue;
    private final JournalState state;
    private final Readers readers;
    private final Consumer<List<Event>> deliver;
    private final CloudEvents encoder;
    private final Retention retention;
    private final IdleCheckpoint checkpoint;
    private final Numbering numbering;

    private @Nullable StateDirectoryLock lock;
    private @Nullable Database database;
    private @Nullable EventDraft missingNumbers;
    private @Nullable DiskFailure failure;
    private long declaredLost;
    private long retryNanos = FIRST_RETRY_NANOS;
    private long bytesSinceRetention;
    private boolean moreToTrim = true;
    private long lastTrimNanos = System.nanoTime();

    JournalWriter(
            JournalOptions options,
            EntryQueue queue,
            JournalState state,
            Readers readers,
            Consumer<List<Event>> deliver) {
        this.options = options;
        this.stateDir = options.stateDir();
        this.queue = queue;
        this.state = state;
        this.readers = readers;
        this.deliver = deliver;
        this.encoder = new CloudEvents(options.node());
        this.retention = new Retention(options.maxSizeBytes(), options.maxAge());
        this.checkpoint = new IdleCheckpoint(retention.idleLogPages());
        this.numbering = new Numbering(stateDir, options.bootId());
    }

    /** First attempt, by whoever opens the journal, before the thread runs. */
    void openFirst() {
        try {
            ensureOpen();
        } catch (SQLException | IOException e) {
            refused(List.of(), e);
        }
    }

    @Override
    public void run() {
        try {
            while (turn()) {
                state.busy(false);
            }
        } catch (InterruptedException e) {
            SqliteJournal.LOG.warn("the journal's writer was interrupted and ends");
        } catch (RuntimeException | Error e) {
            SqliteJournal.LOG.error("the journal's writer ends: {}", e.toString(), e);
            state.health(new Support.Missing("the journal's writer ended: " + e, "restart vigia and report this"));
        } finally {
            queue.close(true);
            StoreException closed = new StoreException("the journal is closed", null);
            EntryQueue.fail(queue.refuse(List.of(), closed), closed);
            shutDown();
        }
    }

    private boolean turn() throws InterruptedException {
        if (failure != null) {
            queue.pause(retryNanos);
        }
        boolean urgent = failure != null || missingNumbers != null || moreToTrim;
        long patience = checkpoint.due() ? IdleCheckpoint.IDLE_NANOS : TICK_NANOS;
        List<Entry> batch = queue.take(BATCH, urgent ? 0 : patience);
        boolean last = batch.isEmpty() && queue.closed();
        state.busy(true);
        try {
            Database open = ensureOpen();
            if (!batch.isEmpty() || missingNumbers != null || undeclared() > 0) {
                write(open, batch);
            } else if (failure != null) {
                open.begin();
                open.probe();
                open.commit();
            }
            recovered();
            if (batch.isEmpty() && !urgent && checkpoint.due()) {
                checkpoint.run(open);
            }
            if (!last) {
                maintain(open);
            }
            return !last;
        } catch (SQLException | IOException | StateDirectoryInUseException e) {
            refused(batch, e);
            return !queue.closed();
        }
    }

    private void write(Database open, List<Entry> batch) throws SQLException, IOException {
        long undeclared = undeclared();
        List<Event> events = new ArrayList<>(batch.size() + 2);
        if (missingNumbers != null) {
            events.add(number(missingNumbers, numbering.next()));
        }
        if (undeclared > 0) {
            JsonObject data = Numbering.lost(undeclared, "the disk did not take them in time");
            EventDraft draft = new EventDraft(
                    EventTypes.SUPERVISOR_OVERFLOW, null, options.clock().instant(), data);
            events.add(number(draft, numbering.next() + events.size()));
        }
        int declarations = events.size();
        for (Entry entry : batch) {
            if (entry instanceof Entry.Append append) {
                events.add(number(append.draft(), numbering.next() + events.size()));
            }
        }
        numbering.reserve(events.size());
        boolean toDevice = batch.stream().anyMatch(JournalWriter::wantsDevice);
        if (toDevice) {
            open.execute("PRAGMA synchronous=FULL");
        }
        try {
            commit(open, batch, events, declarations);
        } catch (SQLException e) {
            open.rollback();
            // An error from COMMIT leaves open whether it happened; what is on disk decides.
            if (events.isEmpty() || open.newest() < numbering.next()) {
                throw e;
            }
        } finally {
            if (toDevice) {
                open.execute("PRAGMA synchronous=NORMAL");
            }
        }
        checkpoint.committed(
                events.stream().mapToLong(event -> event.json().length()).sum());
        declaredLost += undeclared;
        missingNumbers = null;
        committed(events);
        for (Entry entry : batch) {
            if (entry instanceof Entry.Write one) {
                one.settle(null);
            }
        }
    }

    private void commit(Database open, List<Entry> batch, List<Event> events, int declarations) throws SQLException {
        open.begin();
        int at = 0;
        while (at < declarations) {
            open.insert(events.get(at++));
        }
        for (Entry entry : batch) {
            switch (entry) {
                case Entry.Append append -> open.insert(events.get(at++));
                case Entry.Write one -> open.write(one, Math.max(numbering.next() + at - 1, 1));
            }
        }
        open.commit();
    }

    private void committed(List<Event> events) {
        if (events.isEmpty()) {
            return;
        }
        numbering.advance(events.size());
        Bounds before = state.bounds();
        boolean first = before.oldest() >= before.next();
        state.bounds(new Bounds(first ? events.getFirst().sequence() : before.oldest(), numbering.next()));
        for (Event event : events) {
            bytesSinceRetention += event.json().length();
        }
        deliver.accept(List.copyOf(events));
    }

    private Event number(EventDraft draft, long sequence) {
        String json;
        try {
            json = encoder.numbered(sequence, draft);
        } catch (RuntimeException e) {
            SqliteJournal.LOG.error(
                    "event {} of {} cannot be written as JSON: {}", draft.type(), draft.subject(), e.toString());
            EventDraft instead = new EventDraft(
                    draft.type(),
                    draft.subject(),
                    draft.time(),
                    new JsonObject().put("unreadable", String.valueOf(e.getMessage())));
            return new Event(
                    sequence, draft.type(), draft.subject(), draft.time(), encoder.numbered(sequence, instead));
        }
        return new Event(sequence, draft.type(), draft.subject(), draft.time(), json);
    }

    /** Desired state answers a person who was told "done": it must outlive the machine too. */
    private static boolean wantsDevice(Entry entry) {
        return entry instanceof Entry.Write one && (one.table() == Table.GROUPS || one.table() == Table.POLICIES);
    }

    private long undeclared() {
        return queue.dropped() - declaredLost;
    }

    private void maintain(Database open) throws SQLException, IOException {
        boolean tick = System.nanoTime() - lastTrimNanos > TICK_NANOS;
        if (moreToTrim || tick || bytesSinceRetention > retention.intervalBytes()) {
            bytesSinceRetention = 0;
            lastTrimNanos = System.nanoTime();
            try {
                moreToTrim = retention.step(
                        open,
                        options.clock().instant().getEpochSecond(),
                        oldest -> state.bounds(new Bounds(oldest, numbering.next())));
            } catch (SQLException e) {
                open.rollback();
                throw e;
            }
        }
        if (queue.isEmpty()) {
            numbering.reserveAhead();
        }
    }

    private Database ensureOpen() throws SQLException, IOException {
        Database open = database;
        if (open != null && (failure == null || !failure.reopen())) {
            return open;
        }
        PrivateFiles.directory(stateDir);
        if (lock == null) {
            lock = StateDirectoryLock.take(stateDir);
        }
        closeDatabase();
        SqliteLibrary.prepare(stateDir);
        String movedAside = failure != null && failure.corrupt() ? moveAside(failure.cause()) : null;
        try {
            PrivateFiles.file(Database.file(stateDir));
            open = Database.open(stateDir);
        } catch (SQLException e) {
            DiskFailure why = DiskFailure.of(e, stateDir);
            if (!why.corrupt()) {
                throw e;
            }
            movedAside = moveAside(why.cause());
            PrivateFiles.file(Database.file(stateDir));
            open = Database.open(stateDir);
        }
        database = open;
        retention.configure(open);
        resume(open, movedAside);
        return open;
    }

    private void resume(Database open, @Nullable String movedAside) throws SQLException, IOException {
        long newest = open.newest();
        long known = numbering.next();
        EventDraft declaration =
                numbering.resume(newest, movedAside, options.clock().instant());
        missingNumbers = declaration != null ? declaration : missingNumbers;
        long oldest = open.oldest();
        state.bounds(new Bounds(oldest == 0 ? numbering.next() : oldest, numbering.next()));
        readers.reopen();
        if (known > 0 && newest >= known) {
            deliver.accept(readers.scan(known - 1, EventFilter.ALL, BATCH + 2).events());
        }
        failure = null;
        state.health(new Support.Available("SQLite with a write-ahead log in " + stateDir));
    }

    private String moveAside(String why) throws IOException {
        Path target = Database.moveAside(stateDir, options.clock().instant().getEpochSecond());
        SqliteJournal.LOG.error(
                "the journal's database was damaged ({}); it is kept as {}, and a new one is begun", why, target);
        return "the database was damaged and is kept as " + target.getFileName();
    }

    private void refused(List<Entry> batch, Exception e) {
        DiskFailure now = DiskFailure.of(e, stateDir);
        if (retryNanos == FIRST_RETRY_NANOS) {
            SqliteJournal.LOG.error(
                    "{}: {}. Events wait up to a bound; enforcement goes on", now.cause(), now.remedy());
        }
        retryNanos = Math.min(retryNanos * 2, LAST_RETRY_NANOS);
        failure = now;
        state.health(now.support());
        StoreException cause = now.exception(e);
        EntryQueue.fail(queue.refuse(batch, cause), cause);
        for (Entry entry : batch) {
            if (entry instanceof Entry.Write one) {
                one.settle(cause);
            }
        }
    }

    private void recovered() {
        queue.accept();
        if (retryNanos != FIRST_RETRY_NANOS) {
            retryNanos = FIRST_RETRY_NANOS;
            SqliteJournal.LOG.info(
                    "the journal in {} is written again; {} events were lost so far", stateDir, queue.dropped());
        }
        if (failure != null) {
            failure = null;
            state.health(new Support.Available("SQLite with a write-ahead log in " + stateDir));
        }
    }

    private void shutDown() {
        try {
            readers.close();
            Database open = database;
            if (open != null && failure == null && open.number("PRAGMA wal_checkpoint(TRUNCATE)") == 0) {
                numbering.closeCleanly();
            }
        } catch (SQLException | IOException e) {
            SqliteJournal.LOG.warn("the journal is closed without a mark of order: {}", e.toString());
        } finally {
            closeDatabase();
            if (lock != null) {
                lock.close();
            }
        }
    }

    private void closeDatabase() {
        Database open = database;
        database = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                SqliteJournal.LOG.debug("closing the database: {}", e.toString());
            }
        }
    }
}
