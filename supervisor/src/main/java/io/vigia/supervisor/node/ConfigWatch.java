package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.inotify.Inotify;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.InotifyMask;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that files of the configuration changed, a moment after the last change, and which of them somebody is still
 * writing. Kernel-loop thread only.
 */
final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final int ENDED = InotifyMask.IN_CLOSE_WRITE
            | InotifyMask.IN_MOVED_FROM
            | InotifyMask.IN_MOVED_TO
            | InotifyMask.IN_CREATE
            | InotifyMask.IN_DELETE
            | InotifyMask.IN_ATTRIB;
    /** An editor's rename and a copy of several files are one change. */
    private static final long MOMENT_MILLIS = 50;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final GroupWorkers workers;
    private final Inotify inotify;
    private final Runnable changed;
    private final Set<String> writing = new HashSet<>();
    private KernelLoop.@Nullable Timer timer;

    ConfigWatch(KernelLoop loop, Syscalls syscalls, GroupWorkers workers, Runnable changed) {
        loop.requireInLoop();
        this.loop = loop;
        this.syscalls = syscalls;
        this.workers = workers;
        this.changed = changed;
        this.inotify = new Inotify(loop, syscalls);
        inotify.onOverflow(nanos -> soon());
    }

    /** Files that somebody has changed and not closed yet. */
    Set<String> writing() {
        loop.requireInLoop();
        return Set.copyOf(writing);
    }

    /** Watches those that are there. Watching again costs nothing; one that was made anew is a new one. */
    Future<Void> watch(Collection<Path> directories) {
        loop.requireInLoop();
        return workers.submit(() -> open(directories)).compose(opened -> {
            Promise<Void> done = Promise.promise();
            loop.execute(() -> {
                opened.forEach(this::watch);
                done.complete();
            });
            return done.future();
        });
    }

    private Map<Path, Fd> open(Collection<Path> directories) {
        Map<Path, Fd> opened = new LinkedHashMap<>();
        for (Path directory : directories) {
            byte[] path = directory.toString().getBytes(StandardCharsets.UTF_8);
            try {
                if (syscalls.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)
                        instanceof Reading.Known<Fd>(Fd fd)) {
                    opened.put(directory, fd);
                }
            } catch (KernelException e) {
                LOG.warn("changes of files in {} will not be noticed: {}", directory, e.getMessage());
            }
        }
        return opened;
    }

    private void watch(Path directory, Fd fd) {
        try (fd) {
            Reading<Integer> unused = inotify.watch(
                    fd, ENDED | InotifyMask.IN_MODIFY, (name, mask, nanos) -> told(directory, name, mask));
        } catch (KernelException e) {
            LOG.warn("changes of files in {} will not be noticed: {}", directory, e.getMessage());
        }
    }

    private void told(Path directory, byte[] name, int mask) {
        String file = directory + "/" + new String(name, StandardCharsets.UTF_8);
        if ((mask & InotifyMask.IN_MODIFY) != 0) {
            writing.add(file);
            return;
        }
        if ((mask & (ENDED & ~(InotifyMask.IN_CREATE | InotifyMask.IN_ATTRIB))) != 0) {
            writing.remove(file);
        }
        soon();
    }

    private void soon() {
        if (timer != null) {
            timer.cancel();
        }
        timer = loop.schedule(MOMENT_MILLIS, changed);
    }

    @Override
    public void close() {
        loop.requireInLoop();
        if (timer != null) {
            timer.cancel();
        }
        inotify.close();
    }
}
