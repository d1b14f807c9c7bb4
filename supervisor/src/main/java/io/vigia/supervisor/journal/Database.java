package io.vigia.supervisor.journal;

import io.vigia.supervisor.journal.Store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.sqlite.JDBC;

/**
 * The writer's connection. The writer's thread alone, after opening.
 *
 * <p>Write-ahead log with {@code synchronous=NORMAL}: a commit survives the death of the process, not that of the
 * machine (https://www.sqlite.org/wal.html). The newest event is never deleted, so that its number is always there.
 */
final class Database implements AutoCloseable {
    private static final String SETUP = """
        PRAGMA page_size=4096;
        PRAGMA auto_vacuum=INCREMENTAL;
        PRAGMA journal_mode=WAL;
        PRAGMA synchronous=NORMAL;
        PRAGMA mmap_size=0;
        PRAGMA cache_size=-1024;
        PRAGMA temp_store=MEMORY;
        PRAGMA journal_size_limit=1048576;
        PRAGMA busy_timeout=2000;
        CREATE TABLE IF NOT EXISTS events(sequence INTEGER PRIMARY KEY, type TEXT NOT NULL, subject TEXT, second INTEGER NOT NULL, nano INTEGER NOT NULL, json TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS probe(id INTEGER PRIMARY KEY, attempt INTEGER NOT NULL);
        """;

    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement insert;
    private final Map<Table, PreparedStatement> put = new EnumMap<>(Table.class);
    private final Map<Table, PreparedStatement> delete = new EnumMap<>(Table.class);

    private Database(Connection connection) throws SQLException {
        this.connection = connection;
        this.begin = connection.prepareStatement("BEGIN IMMEDIATE");
        this.commit = connection.prepareStatement("COMMIT");
        this.insert = connection.prepareStatement(
                "INSERT INTO events(sequence, type, subject, second, nano, json) VALUES(?, ?, ?, ?, ?, ?)");
        for (Table table : Table.values()) {
            put.put(
                    table,
                    connection.prepareStatement("INSERT INTO " + name(table)
                            + "(key, sequence, json) VALUES(?, ?, ?)"
                            + " ON CONFLICT(key) DO UPDATE SET sequence = excluded.sequence, json = excluded.json"));
            delete.put(table, connection.prepareStatement("DELETE FROM " + name(table) + " WHERE key = ?"));
        }
    }

    static Path file(Path stateDir) {
        return stateDir.resolve("journal.db");
    }

    static Path log(Path stateDir) {
        return stateDir.resolve("journal.db-wal");
    }

    static String name(Table table) {
        return "store_" + table.name().toLowerCase(Locale.ROOT);
    }

    static Connection connect(Path stateDir) throws SQLException {
        Connection connection = JDBC.createConnection("jdbc:sqlite:" + file(stateDir), new Properties());
        if (connection == null) {
            throw new SQLException("not a name for SQLite: " + file(stateDir));
        }
        return connection;
    }

    static Database open(Path stateDir) throws SQLException {
        Connection connection = connect(stateDir);
        try {
            try (Statement statement = connection.createStatement()) {
                for (String one : SETUP.split(";\\s*\n")) {
                    if (!one.isBlank()) {
                        statement.execute(one);
                    }
                }
                for (Table table : Table.values()) {
                    statement.execute("CREATE TABLE IF NOT EXISTS " + name(table)
                            + "(key TEXT PRIMARY KEY, sequence INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID");
                }
                statement.execute("CREATE INDEX IF NOT EXISTS store_decisions_sequence ON store_decisions(sequence)");
            }
            Database database = new Database(connection);
            database.touch();
            return database;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Reads one row of every table, so that a broken file shows itself now. */
    private void touch() throws SQLException {
        for (Table table : Table.values()) {
            number("SELECT count(*) FROM (SELECT json FROM " + name(table) + " LIMIT 1)");
        }
        oldest();
        newest();
    }

    /** 0 when there is none. */
    long newest() throws SQLException {
        return number("SELECT max(sequence) FROM events");
    }

    /** 0 when there is none. */
    long oldest() throws SQLException {
        return number("SELECT min(sequence) FROM events");
    }

    /** Of 0 when there is no answer. */
    long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Steps through to the end, as pragmas that work row by row want it. */
    void executeFully(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    void begin() throws SQLException {
        begin.executeUpdate();
    }

    void commit() throws SQLException {
        commit.executeUpdate();
    }

    /** Whatever state the transaction is in; what SQLite rolled back itself is no error. */
    void rollback() {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            SqliteJournal.LOG.trace("rollback: {}", e.toString());
        }
    }

    void insert(Event event) throws SQLException {
        Instant time = event.time();
        insert.setLong(1, event.sequence());
        insert.setString(2, event.type());
        insert.setString(3, event.subject());
        insert.setLong(4, time.getEpochSecond());
        insert.setInt(5, time.getNano());
        insert.setString(6, event.json());
        insert.executeUpdate();
    }

    /** @param sequence of the newest event before it: a decision is trimmed with that event */
    void write(Entry.Write write, long sequence) throws SQLException {
        String json = write.json();
        if (json == null) {
            PreparedStatement statement = Objects.requireNonNull(delete.get(write.table()));
            statement.setString(1, write.key());
            statement.executeUpdate();
        } else {
            PreparedStatement statement = Objects.requireNonNull(put.get(write.table()));
            statement.setString(1, write.key());
            statement.setLong(2, sequence);
            statement.setString(3, json);
            statement.executeUpdate();
        }
    }

    /** Writes something, to see whether the disk takes it. */
    void probe() throws SQLException {
        execute("INSERT INTO probe(id, attempt) VALUES(1, 1) ON CONFLICT(id) DO UPDATE SET attempt = attempt + 1");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /**
     * Out of the way, with its log.
     *
     * @return where the database went
     */
    static Path moveAside(Path stateDir, long epochSecond) throws IOException {
        Path target = stateDir.resolve("journal.db.corrupt-" + epochSecond);
        moveIfThere(file(stateDir), target);
        moveIfThere(log(stateDir), stateDir.resolve(target.getFileName() + "-wal"));
        Files.deleteIfExists(stateDir.resolve("journal.db-shm"));
        return target;
    }

    private static void moveIfThere(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to);
        }
    }
}
