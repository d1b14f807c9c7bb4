package io.vigia.supervisor.journal;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.Journal.Page;
import io.vigia.supervisor.journal.Store.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few connections that only read. Any thread; blocking. Each read is short, because the write-ahead log cannot be
 * begun again while one lasts.
 */
final class Readers {
    private static final int CONNECTIONS = 2;
    private static final int ROWS = 4096;
    private static final long WAIT_SECONDS = 10;

    private final Path stateDir;
    private final Semaphore permits = new Semaphore(CONNECTIONS);
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private int generation;
    private boolean open;
    /** The writer never got so far, as on a full disk: reading needs no space. */
    private boolean neverOpened = true;

    Readers(Path stateDir) {
        this.stateDir = stateDir;
    }

    /** The database is there, and may be another one than before. */
    synchronized void reopen() {
        close();
        open = true;
        neverOpened = false;
    }

    synchronized void close() {
        open = false;
        generation++;
        idle.forEach(Readers::closeQuietly);
        idle.clear();
    }

    /** At most {@code limit} events, after looking at no more than a few thousand rows. */
    Page scan(long since, EventFilter filter, int limit) {
        return with("read events after " + since, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT sequence, type, subject, second, nano, json"
                            + " FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?")) {
                statement.setLong(1, since);
                statement.setInt(2, filter.equals(EventFilter.ALL) ? limit : ROWS);
                try (ResultSet rows = statement.executeQuery()) {
                    return page(rows, since, filter, limit);
                }
            }
        });
    }

    private static Page page(ResultSet rows, long since, EventFilter filter, int limit) throws SQLException {
        List<Event> events = new ArrayList<>();
        long first = 0;
        long through = since;
        while (events.size() < limit && rows.next()) {
            through = rows.getLong(1);
            first = first == 0 ? through : first;
            String type = rows.getString(2);
            String subject = rows.getString(3);
            if (filter.matches(type, subject)) {
                Instant time = Instant.ofEpochSecond(rows.getLong(4), rows.getInt(5));
                events.add(new Event(through, type, subject, time, rows.getString(6)));
            }
        }
        return new Page(events, first == 0 ? since + 1 : first, through);
    }

    SortedMap<String, JsonObject> load(Table table) {
        return with("load " + table, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT key, json FROM " + Database.name(table))) {
                return documents(rows);
            }
        });
    }

    SortedMap<String, JsonObject> newest(Table table, @Nullable String before, int limit) {
        return with("read " + table, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT key, json FROM " + Database.name(table)
                            + (before == null ? "" : " WHERE key < ?2") + " ORDER BY key DESC LIMIT ?1")) {
                statement.setInt(1, limit);
                if (before != null) {
                    statement.setString(2, before);
                }
                try (ResultSet rows = statement.executeQuery()) {
                    return documents(rows);
                }
            }
        });
    }

    private static SortedMap<String, JsonObject> documents(ResultSet rows) throws SQLException {
        SortedMap<String, JsonObject> documents = new TreeMap<>();
        while (rows.next()) {
            documents.put(rows.getString(1), new JsonObject(rows.getString(2)));
        }
        return documents;
    }

    private interface Query<T> {
        T of(Connection connection) throws SQLException;
    }

    private <T> T with(String what, Query<T> query) {
        try {
            if (!permits.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreException("cannot " + what + ": the disk does not answer other readers", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("cannot " + what + ": interrupted", e);
        }
        try {
            return withConnection(query);
        } catch (SQLException e) {
            throw new StoreException("cannot " + what + " from " + Database.file(stateDir) + ": " + e.getMessage(), e);
        } finally {
            permits.release();
        }
    }

    private <T> T withConnection(Query<T> query) throws SQLException {
        Connection connection;
        int borrowed;
        synchronized (this) {
            if (!open && !(neverOpened && Files.exists(Database.file(stateDir)))) {
                throw new SQLException("it could not be opened, the log says why; --state-dir names another place");
            }
            borrowed = generation;
            connection = idle.pollFirst();
        }
        if (connection == null) {
            connection = connect();
        }
        boolean fine = false;
        try {
            T answer = query.of(connection);
            fine = true;
            return answer;
        } finally {
            giveBack(connection, fine ? borrowed : -1);
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = Database.connect(stateDir);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only=1");
            statement.execute("PRAGMA cache_size=-256");
            statement.execute("PRAGMA mmap_size=0");
            statement.execute("PRAGMA busy_timeout=2000");
            return connection;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    private synchronized void giveBack(Connection connection, int borrowed) {
        if (open && borrowed == generation) {
            idle.addFirst(connection);
        } else {
            closeQuietly(connection);
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            SqliteJournal.LOG.debug("closing a reader: {}", e.toString());
        }
    }
}
