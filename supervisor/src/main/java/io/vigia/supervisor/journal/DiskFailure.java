package io.vigia.supervisor.journal;

import io.vigia.kernel.model.Support;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A refusal of the disk in words, and what it means for the open database.
 *
 * @param reopen whether the connection is of no use any more
 * @param corrupt whether the file is not, or no longer, a database
 */
record DiskFailure(String cause, String remedy, boolean reopen, boolean corrupt) {
    /** SQLite's primary result codes, https://www.sqlite.org/rescode.html. */
    private static final int READONLY = 8;

    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int NOTADB = 26;

    static DiskFailure of(Exception e, Path stateDir) {
        int code = e instanceof SQLException sql ? sql.getErrorCode() & 0xff : -1;
        String what = "the journal in " + stateDir + " cannot be written: " + e.getMessage();
        return switch (code) {
            case FULL -> new DiskFailure(what, "free space below " + stateDir + "; " + RETRIES, false, false);
            case READONLY ->
                new DiskFailure(what, "make " + stateDir + " writable (mount -o remount,rw); " + RETRIES, true, false);
            case CANTOPEN ->
                new DiskFailure(
                        what, "make " + stateDir + " a directory that vigia may write; " + RETRIES, true, false);
            case IOERR ->
                new DiskFailure(what, "look for the device's errors in the kernel log; " + RETRIES, true, false);
            case CORRUPT, NOTADB -> new DiskFailure(what, "the file is moved aside and a new one begun", true, true);
            default ->
                new DiskFailure(
                        what,
                        (e instanceof IOException ? "make " + stateDir + " writable, with space on it; " : "")
                                + RETRIES,
                        true,
                        false);
        };
    }

    private static final String RETRIES = "vigia tries again by itself";

    Support support() {
        return new Support.Missing(cause, remedy);
    }

    StoreException exception(Exception e) {
        return new StoreException(cause + " (" + remedy + ")", e);
    }
}
