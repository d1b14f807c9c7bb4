package io.vigia.supervisor.engine;

import io.vertx.core.buffer.Buffer;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.FileHoles;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.model.LogChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Output on disk: the processes append to {@code current}; what is full is copied to {@code seg.<offset>}, synced, and
 * punched out of {@code current}, so that a position in {@code current} is a position in the whole output for ever. Where
 * the copying stood is read from the last segment's name and size: a crash at any moment loses and doubles nothing.
 * Blocking; one thread at a time by its own lock.
 */
final class LogSegments {
    static final String CURRENT = "current";
    private static final String PREFIX = "seg.";
    private static final int LINE_WINDOW = 64 * 1024;

    private final Path directory;
    private final Syscalls syscalls;
    private final long segmentBytes;
    private final int keep;

    /** @param keep segments beside {@code current} */
    LogSegments(Path directory, Syscalls syscalls, long segmentBytes, int keep) {
        this.directory = directory;
        this.syscalls = syscalls;
        this.segmentBytes = segmentBytes;
        this.keep = keep;
    }

    /** The size of the whole output since its first byte. */
    synchronized long size() throws IOException {
        try (FileChannel current = openCurrent()) {
            return current.size();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** Cuts off what is full; the size afterwards. */
    synchronized long rotate() throws IOException {
        try (FileChannel current = openCurrent()) {
            long position = position(segments());
            while (current.size() - position >= segmentBytes) {
                position = cut(current, position);
            }
            return current.size();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private long cut(FileChannel current, long from) throws IOException {
        long end = endOfLine(current, from, from + segmentBytes);
        Path segment = directory.resolve(PREFIX + String.format(java.util.Locale.ROOT, "%019d", from));
        try (FileChannel to = FileChannel.open(
                segment,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")))) {
            // FileChannel copies within the kernel (copy_file_range(2)) where it can.
            for (long at = from; at < end; ) {
                long copied = current.transferTo(at, end - at, to);
                if (copied <= 0) {
                    throw new IOException("cannot copy " + directory.resolve(CURRENT) + " at " + at);
                }
                at += copied;
            }
            to.force(true);
        }
        punch(end);
        NavigableMap<Long, Path> all = segments();
        while (all.size() > keep) {
            Files.deleteIfExists(all.pollFirstEntry().getValue());
        }
        return end;
    }

    private void punch(long end) {
        byte[] path = CgroupPath.unescape(
                CgroupPath.escape(directory.resolve(CURRENT).toString().getBytes(StandardCharsets.UTF_8)));
        if (syscalls.open(path, OpenFlags.O_RDWR | OpenFlags.O_NOFOLLOW) instanceof Reading.Known<Fd>(Fd fd)) {
            try (fd) {
                FileHoles.punch(fd, 0, end);
            }
        }
    }

    /** After the last newline before {@code end}, so that an old segment can go without cutting a line; else {@code end}. */
    private static long endOfLine(FileChannel current, long from, long end) throws IOException {
        long start = Math.max(from, end - LINE_WINDOW);
        ByteBuffer window = ByteBuffer.allocate((int) (end - start));
        int read = current.read(window, start);
        for (int i = read - 1; i >= 0; i--) {
            if (window.get(i) == '\n') {
                return start + i + 1;
            }
        }
        return end;
    }

    /** @param resting whether no process writes any more */
    synchronized LogChunk read(long wish, int maxBytes, boolean resting) throws IOException {
        NavigableMap<Long, Path> all = segments();
        long position = position(all);
        long oldest = all.isEmpty() ? 0 : all.firstKey();
        long from = Math.max(wish, oldest);
        Map.Entry<Long, Path> segment = from < position ? all.floorEntry(from) : null;
        if (segment != null) {
            try (FileChannel channel =
                    FileChannel.open(segment.getValue(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                long inside = from - segment.getKey();
                if (inside < channel.size()) {
                    return new LogChunk(from, read(channel, inside, maxBytes, channel.size()), false);
                }
            }
            Long next = all.higherKey(from);
            return read(next == null ? position : next, maxBytes, resting);
        }
        try (FileChannel current = openCurrent()) {
            Buffer bytes = read(current, from, maxBytes, current.size());
            return new LogChunk(from, bytes, resting && bytes.length() == 0);
        } catch (NoSuchFileException e) {
            return new LogChunk(from, Buffer.buffer(), resting);
        }
    }

    private static Buffer read(FileChannel channel, long at, int maxBytes, long size) throws IOException {
        int length = (int) Math.max(0, Math.min(maxBytes, size - at));
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int more = 1;
        while (bytes.hasRemaining() && more > 0) {
            more = channel.read(bytes, at + bytes.position());
        }
        return Buffer.buffer(length).appendBytes(bytes.array(), 0, bytes.position());
    }

    private FileChannel openCurrent() throws IOException {
        return FileChannel.open(directory.resolve(CURRENT), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private static long position(NavigableMap<Long, Path> segments) throws IOException {
        return segments.isEmpty()
                ? 0
                : segments.lastKey() + Files.size(segments.lastEntry().getValue());
    }

    private NavigableMap<Long, Path> segments() throws IOException {
        NavigableMap<Long, Path> all = new TreeMap<>();
        try (Stream<Path> list = Files.list(directory)) {
            list.forEach(path -> {
                String name = String.valueOf(path.getFileName());
                if (name.startsWith(PREFIX) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    try {
                        all.put(Long.parseLong(name.substring(PREFIX.length())), path);
                    } catch (NumberFormatException e) {
                        // Not one of ours.
                        return;
                    }
                }
            });
        }
        return all;
    }
}
