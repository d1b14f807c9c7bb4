package io.vigia.supervisor.journal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Lets go of what is too old or too much, a few hundred rows at a time, so that the writer is never held for long.
 * Writer's thread alone.
 */
final class Retention {
    private static final int ROWS = 500;
    private static final int VACUUM_PAGES = 256;
    private static final long PAGE_BYTES = 4096;
    private static final long MAX_LOG_PAGES = 4000;
    private static final long MIN_LOG_PAGES = 32;
    private static final long IDLE_FREE_PAGES = 4096;

    private final long maxPages;
    private final long logPages;
    private final long maxAgeSeconds;

    Retention(long maxSizeBytes, Duration maxAge) {
        long pages = maxSizeBytes / PAGE_BYTES;
        this.logPages = Math.clamp(pages / 8, MIN_LOG_PAGES, MAX_LOG_PAGES);
        // The log may grow past its checkpoint by one batch before it is begun again: it is counted twice.
        this.maxPages = Math.max(pages - 2 * logPages, MIN_LOG_PAGES);
        this.maxAgeSeconds = maxAge.toSeconds();
    }

    /** Of a connection that was just opened. */
    void configure(Database database) throws SQLException {
        database.number("PRAGMA wal_autocheckpoint=" + logPages);
        database.number("PRAGMA journal_size_limit=" + logPages * PAGE_BYTES);
    }

    /** Pages in the log that are worth a checkpoint once there is nothing else to do. */
    long idleLogPages() {
        return logPages / 4;
    }

    /** After how many bytes of events a look is worth its cost. */
    long intervalBytes() {
        return Math.max(maxPages / 64, 8) * PAGE_BYTES;
    }

    /**
     * One bounded step, in a transaction of its own.
     *
     * @param newOldest told before the deletion can be seen, so that a reader who misses rows finds out why
     * @return whether there is more to do
     */
    boolean step(Database database, long nowSecond, LongConsumer newOldest) throws SQLException {
        long newest = database.newest();
        boolean tooMuch = usedPages(database) > maxPages - maxPages / 16;
        long last = tooMuch
                ? database.number(
                        "SELECT max(sequence) FROM (SELECT sequence FROM events ORDER BY sequence LIMIT " + ROWS + ")")
                : database.number(
                        "SELECT max(sequence) FROM (SELECT sequence, second FROM events ORDER BY sequence LIMIT " + ROWS
                                + ") WHERE second < " + (nowSecond - maxAgeSeconds));
        last = Math.min(last, newest - 1);
        boolean deleted = last >= Math.max(database.oldest(), 1);
        if (deleted) {
            long oldest = database.number("SELECT min(sequence) FROM events WHERE sequence > " + last);
            newOldest.accept(oldest);
            database.begin();
            database.execute("DELETE FROM events WHERE sequence <= " + last);
            database.execute(
                    "DELETE FROM store_decisions WHERE key IN (SELECT key FROM store_decisions WHERE sequence < "
                            + oldest + " ORDER BY sequence LIMIT " + ROWS + ")");
            database.commit();
        }
        return shrink(database) || deleted;
    }

    /** Free pages are used again by new events; only what exceeds the bound, or a large idle rest, goes back. */
    private boolean shrink(Database database) throws SQLException {
        long all = database.number("PRAGMA page_count");
        long free = database.number("PRAGMA freelist_count");
        boolean wanted = free > 0 && (all > maxPages || (free > IDLE_FREE_PAGES && free > all / 2));
        if (wanted) {
            database.executeFully("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
        }
        return wanted && free > VACUUM_PAGES;
    }

    private static long usedPages(Database database) throws SQLException {
        return database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count");
    }
}
