package io.vigia.supervisor.engine;

import io.vertx.core.buffer.Buffer;
import io.vigia.supervisor.model.LogChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.NavigableMap;
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
    private final SegmentFiles files;
    private final long segmentBytes;
    private final int keep;

    /** @param keep segments beside {@code current} */
    LogSegments(Path directory, SegmentFiles files, long segmentBytes, int keep) {
        this.directory = directory;
        this.files = files;
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
            NavigableMap<Long, Path> all = segments();
            while (current.size() - position(all) >= segmentBytes) {
                all = cut(current, all);
            }
            return current.size();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private NavigableMap<Long, Path> cut(FileChannel current, NavigableMap<Long, Path> before) throws IOException {
        long position = position(before);
        boolean goesOn = endsWithin(before);
        long from = goesOn ? before.lastKey() : position;
        // First: on a full disk it is what makes room. The last one says where the copying stood.
        trim(before, Math.max(1, goesOn ? keep : keep - 1));
        long end = endOfLine(current, from, from + segmentBytes);
        try (FileChannel to =
                files.open(directory.resolve(PREFIX + String.format(java.util.Locale.ROOT, "%019d", from)))) {
            for (long at = position; at < end; ) {
                at += files.copy(current, at, end - at, to);
            }
            files.sync(to);
        }
        files.punch(directory.resolve(CURRENT), end);
        NavigableMap<Long, Path> all = segments();
        trim(all, keep);
        return all;
    }

    private void trim(NavigableMap<Long, Path> segments, int most) throws IOException {
        while (segments.size() > most) {
            files.delete(segments.pollFirstEntry().getValue());
        }
    }

    /** Whether the copying of the last segment was cut short within a line; it goes on there, lest a segment begin with half a line. */
    private boolean endsWithin(NavigableMap<Long, Path> segments) throws IOException {
        if (segments.isEmpty()) {
            return false;
        }
        try (FileChannel last =
                FileChannel.open(segments.lastEntry().getValue(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer end = ByteBuffer.allocate(1);
            return last.size() < segmentBytes
                    && (last.read(end, Math.max(0, last.size() - 1)) < 1 || end.get(0) != '\n');
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

    /** Where the last {@code lines} lines of what is kept begin, a position in the whole output; with 0 lines its end. */
    synchronized long tail(long lines) throws IOException {
        long end = size();
        if (lines == 0) {
            return end;
        }
        NavigableMap<Long, Path> all = segments();
        long position = position(all);
        LastLines last = new LastLines(lines, Math.max(end, position));
        try (FileChannel current = openCurrent()) {
            last.look(current, 0, position, end);
        } catch (NoSuchFileException e) {
            // Nothing is kept but segments.
        }
        for (Map.Entry<Long, Path> segment : all.descendingMap().entrySet()) {
            if (last.found()) {
                break;
            }
            try (FileChannel channel =
                    FileChannel.open(segment.getValue(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                last.look(channel, segment.getKey(), 0, channel.size());
            }
        }
        return last.found() ? last.begin() : all.isEmpty() ? 0 : all.firstKey();
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
