package io.vigia.supervisor.lease;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines at the end of a file, which is made with the first of them and opened anew after each failure. They outlive the process, not
 * the machine: nothing is synced. Blocking; one thread at a time.
 */
final class LineFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineFile.class);

    private final Path path;
    private @Nullable FileChannel channel;
    private long bytes;
    private boolean unread;

    LineFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Of what was appended, as far as it is known; 0: the file is not there. */
    long bytes() {
        return bytes;
    }

    /**
     * All lines, empty ones and the torn end of a write that failed included; none when there is no such file. One that cannot be read
     * is kept under another name before it is replaced or deleted.
     */
    List<String> read() throws IOException {
        try {
            byte[] all = Files.readAllBytes(path);
            bytes = all.length;
            // Not readString, which refuses the whole for one letter that a full disk cut in two.
            return new String(all, UTF_8).lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            unread = true;
            throw e;
        }
    }

    /**
     * @param lines each with its end
     * @throws IOException when they are not there, or not whole
     */
    void append(String lines) throws IOException {
        FileChannel open = channel;
        // What was written last may have been torn: the first line begins on a line of its own.
        String text = open == null ? "\n" + lines : lines;
        if (open == null) {
            open = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            channel = open;
        }
        ByteBuffer left = UTF_8.encode(text);
        try {
            while (left.hasRemaining()) {
                bytes += open.write(left);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** These lines and no others; the file has the old ones or the new ones at any moment. */
    void replace(String lines) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.writeString(next, lines);
        close();
        setAsideIfUnread();
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        bytes = lines.length();
    }

    void delete() throws IOException {
        close();
        setAsideIfUnread();
        Files.deleteIfExists(path);
        bytes = 0;
    }

    private void setAsideIfUnread() throws IOException {
        if (!unread) {
            return;
        }
        Path kept = path.resolveSibling(path.getFileName() + ".unread-" + System.currentTimeMillis());
        try {
            Files.move(path, kept);
            LOG.warn("{} could not be read at the start and is kept as {}", path, kept.getFileName());
        } catch (NoSuchFileException e) {
            // Somebody mended that.
        }
        unread = false;
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("{} could not be closed: {}", path, e.toString());
            }
        }
    }
}
