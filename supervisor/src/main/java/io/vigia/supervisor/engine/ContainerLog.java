package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.Fd;
import io.vigia.supervisor.model.LogChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one container's output within bounds. An idle log costs nothing: a one-shot watch tells that it grows; while it
 * does, its size is looked at about once a second, sooner if it grows fast. Kernel-loop thread only, where not said
 * otherwise.
 */
final class ContainerLog {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLog.class);
    static final long SEGMENT_BYTES = Long.getLong("vigia.log.segmentBytes", 8L << 20);
    private static final int KEEP_SEGMENTS = Integer.getInteger("vigia.log.keepSegments", 4);
    private static final long LOOK_MILLIS = 1_000;
    private static final long SOONEST_MILLIS = 50;

    private final EngineParts parts;
    private final LogWatches watches;
    private final Path directory;
    private final LogSegments segments;
    private volatile boolean prepared;
    private boolean active;
    private boolean closed;
    private int watch = -1;
    private long seenBytes = -1;
    private KernelLoop.@Nullable Timer timer;

    ContainerLog(EngineParts parts, LogWatches watches, String group, String container) {
        this.parts = parts;
        this.watches = watches;
        this.directory = directory(parts.stateDir(), group).resolve(container).toAbsolutePath();
        this.segments = new LogSegments(directory, SegmentFiles.onDisk(parts.syscalls()), SEGMENT_BYTES, KEEP_SEGMENTS);
    }

    static Path directory(Path stateDir, String group) {
        return stateDir.resolve("logs").resolve(group);
    }

    Path directory() {
        return directory;
    }

    /** As the spawner wants it: escaped, absolute. */
    String currentFile() {
        return CgroupPath.escape(
                directory.resolve(LogSegments.CURRENT).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Blocking, worker: makes the folder; refuses a link in its place. */
    void prepare() throws IOException {
        if (prepared) {
            return;
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                || Files.isSymbolicLink(directory.resolve(LogSegments.CURRENT))) {
            throw new IOException("a log folder must not be a link: " + directory);
        }
        prepared = true;
    }

    /** Blocking, worker. */
    LogChunk read(long from, int maxBytes, boolean resting) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return new LogChunk(Math.max(0, from), io.vertx.core.buffer.Buffer.buffer(), resting);
        }
        return segments.read(from, maxBytes, resting);
    }

    /** Blocking, worker. See {@link LogSegments#tail}. */
    long tail(long lines) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) ? segments.tail(lines) : 0;
    }

    /** There is a writer. */
    void grows() {
        if (!active && !closed) {
            active = true;
            look();
        }
    }

    void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
        if (watch >= 0) {
            watches.forget(watch);
            watch = -1;
        }
    }

    private void look() {
        timer = null;
        submit(segments::rotate, size -> {
            long grown = size - seenBytes;
            seenBytes = size;
            if (grown > 0) {
                // Time until the next segment is full, at the speed of the last second.
                long until = SEGMENT_BYTES * LOOK_MILLIS / grown;
                timer = parts.loop().schedule(Math.max(SOONEST_MILLIS, Math.min(LOOK_MILLIS, until)), this::look);
            } else {
                arm();
            }
        });
    }

    private void arm() {
        Fd on = watches.open();
        submit(() -> new Armed(watches.arm(on, directory, LogSegments.CURRENT), segments.size()), armed -> {
            if (armed.watch() < 0) {
                active = false;
                return;
            }
            watch = armed.watch();
            watches.await(watch, this::grew);
            if (armed.size() > seenBytes && watch >= 0) {
                watches.forget(watch);
                grew();
            }
        });
    }

    private record Armed(int watch, long size) {}

    private void grew() {
        watch = -1;
        if (!closed && timer == null) {
            timer = parts.loop().schedule(LOOK_MILLIS / 4, this::look);
        }
    }

    private <T> void submit(java.util.concurrent.Callable<T> task, java.util.function.Consumer<T> then) {
        Future<T> done = parts.onLoop(parts.workers().submit(task));
        done.onComplete(result -> {
            if (closed) {
                return;
            }
            if (result.succeeded()) {
                then.accept(result.result());
                return;
            }
            LOG.warn("cannot rotate {}: {}", directory, result.cause().toString());
            timer = parts.loop().schedule(30 * LOOK_MILLIS, this::look);
        });
    }
}
