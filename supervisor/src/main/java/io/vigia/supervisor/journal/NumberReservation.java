package io.vigia.supervisor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers may have been sent, on disk before they are: after a power loss the write-ahead log may have lost its
 * end, and no number up to {@link #upTo} is used again.
 *
 * @param bootId of the kernel run that reserved; {@code null} when it was unknown
 * @param upTo the last number that may have been used
 * @param clean whether the journal was closed in order, so that {@code upTo} is the last number that was used
 */
record NumberReservation(@Nullable String bootId, long upTo, boolean clean) {
    /** How many numbers one synchronous write covers. */
    static final long BLOCK = 65_536;

    private static final String FILE = "journal.numbers";
    private static final String HEADER = "vigia-numbers-1";

    /** {@code null} when there is none, or none that can be understood. */
    static @Nullable NumberReservation read(Path stateDir) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(stateDir.resolve(FILE), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return null;
        }
        if (lines.size() != 4 || !lines.get(0).equals(HEADER)) {
            return null;
        }
        try {
            String bootId = lines.get(1).isEmpty() ? null : lines.get(1);
            return new NumberReservation(
                    bootId, Long.parseLong(lines.get(2)), lines.get(3).equals("clean"));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Durable when it returns: file, name and directory. */
    void write(Path stateDir) throws IOException {
        String text =
                String.join("\n", HEADER, bootId == null ? "" : bootId, Long.toString(upTo), clean ? "clean" : "open")
                        + "\n";
        Path temporary = stateDir.resolve(FILE + ".new");
        PrivateFiles.file(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, stateDir.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(stateDir, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
