package io.vigia.supervisor.journal;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which number comes next, and that no number is used twice. Writer's thread alone, after opening. */
final class Numbering {
    private final Path stateDir;
    private final @Nullable String bootId;
    private long next;
    private long reserved;

    Numbering(Path stateDir, @Nullable String bootId) {
        this.stateDir = stateDir;
        this.bootId = bootId;
    }

    /** 0 before the first {@link #resume}. */
    long next() {
        return next;
    }

    void advance(int count) {
        next += count;
    }

    /**
     * Goes on after what is in the database and what may have been sent.
     *
     * @param newest the newest event in the database, 0 for none
     * @param movedAside why its predecessor is not used any more, or {@code null}
     * @return the declaration of the numbers that are missing, or {@code null} when there are none
     */
    @Nullable
    EventDraft resume(long newest, @Nullable String movedAside, Instant now) throws IOException {
        long highest = next > 0 ? next - 1 : highestSent(newest, movedAside != null);
        next = Math.max(highest, newest) + 1;
        reserve(1);
        if (movedAside == null && highest <= newest) {
            return null;
        }
        long from = movedAside == null ? newest + 1 : 1;
        if (highest < from) {
            return null;
        }
        String reason = movedAside == null
                ? "the machine stopped before these numbers were safe on the disk; they are not used again"
                : movedAside;
        return new EventDraft(
                EventTypes.SUPERVISOR_OVERFLOW,
                null,
                now,
                lost(highest - from + 1, reason).put("from", from).put("to", highest));
    }

    private long highestSent(long newest, boolean movedAside) throws IOException {
        NumberReservation found = NumberReservation.read(stateDir);
        if (found == null) {
            return newest == 0 && !movedAside ? 0 : newest + NumberReservation.BLOCK;
        }
        boolean sameRun = bootId != null && bootId.equals(found.bootId());
        boolean nothingLost = sameRun && newest > 0 && !movedAside;
        return nothingLost && !found.clean() ? newest : found.upTo();
    }

    /** Makes sure that the next {@code count} numbers are reserved on the device. */
    void reserve(int count) throws IOException {
        if (next + count - 1 > reserved) {
            long upTo = next - 1 + Math.max(count, NumberReservation.BLOCK);
            new NumberReservation(bootId, upTo, false).write(stateDir);
            reserved = upTo;
        }
    }

    /** Ahead of time, while there is nothing else to do. */
    void reserveAhead() throws IOException {
        if (reserved - next < NumberReservation.BLOCK / 2) {
            long upTo = next - 1 + NumberReservation.BLOCK;
            new NumberReservation(bootId, upTo, false).write(stateDir);
            reserved = upTo;
        }
    }

    /** Everything up to here is safe. */
    void closeCleanly() throws IOException {
        new NumberReservation(bootId, next - 1, true).write(stateDir);
    }

    static JsonObject lost(long count, String reason) {
        return new JsonObject()
                .put("source", "journal")
                .put("lost", count)
                .put("reconciled", false)
                .put("reason", reason);
    }
}
