package io.vigia.supervisor.journal;

import java.sql.SQLException;

/**
 * Moves the write-ahead log into the database while nothing is to be written. SQLite does it within the commit that reaches a bound,
 * and waits for the device twice there (https://www.sqlite.org/wal.html): some milliseconds in which a lease, and so a limit, would
 * wait. That bound stays, for a journal that is never idle. Writer's thread alone.
 */
final class IdleCheckpoint {
    /** Without anything to write; a reaction's own writes come closer together. */
    static final long IDLE_NANOS = EntryQueue.millis(200);

    /** That a commit writes at least: leaves of the tables it touches and what leads there. */
    private static final int PAGES_OF_A_COMMIT = 4;

    private static final int PAGE_BYTES = 4096;

    private final long duePages;
    private long pages;

    /** @param duePages in the log, about, from which on it is worth the wait for the device */
    IdleCheckpoint(long duePages) {
        this.duePages = duePages;
    }

    void committed(long bytes) {
        pages += PAGES_OF_A_COMMIT + bytes / PAGE_BYTES;
    }

    boolean due() {
        return pages >= duePages;
    }

    void run(Database database) throws SQLException {
        pages = 0;
        database.number("PRAGMA wal_checkpoint(PASSIVE)");
    }
}
