package io.vigia.supervisor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How a journal is kept.
 *
 * @param stateDir made when missing; one vigia at a time
 * @param node the last segment of every event's {@code source}
 * @param maxAge older events go
 * @param maxSizeBytes of the database on disk, its write-ahead log included; at least 1 MiB is used
 * @param queueEvents how many events may wait while the disk stalls; the oldest are dropped and counted beyond
 * @param queueBytes the same by estimated heap
 * @param bootId names this run of the kernel; {@code null}: unknown, every start counts as one after a power loss
 * @param clock for retention and the journal's own events
 */
public record JournalOptions(
        Path stateDir,
        String node,
        Duration maxAge,
        long maxSizeBytes,
        int queueEvents,
        long queueBytes,
        @Nullable String bootId,
        InstantSource clock) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final long MIN_SIZE_BYTES = 1L << 20;

    public JournalOptions {
        maxSizeBytes = Math.max(maxSizeBytes, MIN_SIZE_BYTES);
        if (queueEvents < 1 || queueBytes < 1) {
            throw new IllegalArgumentException(
                    "the journal's queue needs room: " + queueEvents + " events, " + queueBytes + " bytes");
        }
    }

    /** This kernel's boot id, the system clock, and a queue of 16,384 events or 16 MiB. */
    public static JournalOptions of(Path stateDir, String node, Duration maxAge, long maxSizeBytes) {
        return new JournalOptions(
                stateDir, node, maxAge, maxSizeBytes, 16_384, 16L << 20, readBootId(), InstantSource.system());
    }

    /** For tests of what a reboot does. */
    JournalOptions withBootId(@Nullable String other) {
        return new JournalOptions(stateDir, node, maxAge, maxSizeBytes, queueEvents, queueBytes, other, clock);
    }

    JournalOptions withQueue(int events, long bytes) {
        return new JournalOptions(stateDir, node, maxAge, maxSizeBytes, events, bytes, bootId, clock);
    }

    JournalOptions withClock(InstantSource other) {
        return new JournalOptions(stateDir, node, maxAge, maxSizeBytes, queueEvents, queueBytes, bootId, other);
    }

    private static @Nullable String readBootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            return null;
        }
    }
}
