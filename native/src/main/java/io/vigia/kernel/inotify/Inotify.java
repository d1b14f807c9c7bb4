package io.vigia.kernel.inotify;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.InotifyMask;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One inotify(7) descriptor for any number of directories. Kernel-loop thread only. Watch numbers are never used twice by the
 * kernel, so events of a removed watch that are still in the queue are told apart and dropped.
 */
public final class Inotify implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inotify.class);
    /** About 1,300 events of cgroup names: one read holds the loop for well under a millisecond. */
    private static final int READ_BYTES = 64 * 1024;
    /** Then others have their turn; what is left wakes the loop again. */
    private static final int READS_PER_WAKE_UP = 4;

    private static final int READS_PER_DRAIN = 64;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    /** {@code null} while fs.inotify.max_user_instances is used up; each watch asks for it again. */
    private @Nullable Fd fd;

    private KernelLoop.@Nullable Registration registration;
    private final byte[] buffer = new byte[READ_BYTES];
    private final Map<Integer, WatchHandler> watches = new HashMap<>();
    private final List<OverflowHandler> overflowHandlers = new ArrayList<>();
    private final InotifyEvents events = new InotifyEvents(this::dispatch);
    private long nanos;
    private boolean closed;

    /** Opens the descriptor and puts it on the loop; if the kernel has none left, the first {@link #watch} says so. */
    public Inotify(KernelLoop loop, Syscalls syscalls) {
        loop.requireInLoop();
        this.loop = loop;
        this.syscalls = syscalls;
        try {
            Fd unused = opened();
        } catch (KernelException e) {
            LOG.debug("no inotify descriptor yet: {}", e.getMessage());
        }
    }

    private Fd opened() {
        Fd present = fd;
        if (present == null) {
            present = syscalls.inotifyInit();
            fd = present;
            registration = loop.register(present, KernelLoop.EPOLLIN, this::ready);
        }
        return present;
    }

    /** Who is told when the kernel's queue was full. */
    public void onOverflow(OverflowHandler handler) {
        loop.requireInLoop();
        overflowHandlers.add(handler);
    }

    /**
     * Watches an opened directory, whatever its path is now. Watching the same directory twice replaces mask and handler.
     *
     * @param mask bits of {@link InotifyMask}
     * @return the watch number; gone when the directory is removed
     * @throws KernelException for ENOSPC: fs.inotify.max_user_watches is reached; for EMFILE of inotify_init1:
     *     fs.inotify.max_user_instances is
     */
    public Reading<Integer> watch(Fd directory, int mask, WatchHandler handler) {
        loop.requireInLoop();
        Reading<Integer> added = syscalls.inotifyAddWatch(opened(), directory, mask | InotifyMask.IN_ONLYDIR);
        if (added instanceof Reading.Known<Integer>(Integer watch)) {
            watches.put(watch, handler);
        }
        return added;
    }

    /**
     * Keeps a file's inode in the kernel's cache, without which kernfs does not report the kernel's own changes of it
     * (fs/kernfs/file.c, kernfs_notify_workfn). Costs a watch, but no descriptor; its own events do not matter.
     *
     * @return the watch number; gone when there is no such file
     */
    public Reading<Integer> pin(Fd directory, byte[] fileName) {
        loop.requireInLoop();
        return syscalls.inotifyAddWatchAt(opened(), directory, fileName, InotifyMask.IN_DELETE_SELF);
    }

    /** Ends a watch or a pin. A removed cgroup's watch stays in the kernel until this is called. */
    public void remove(int watch) {
        loop.requireInLoop();
        watches.remove(watch);
        if (fd != null) {
            boolean unused = syscalls.inotifyRemoveWatch(fd, watch);
        }
    }

    private void ready(int bits, long wokenNanos) {
        nanos = wokenNanos;
        deliver(READS_PER_WAKE_UP);
    }

    private void deliver(int reads) {
        for (int i = 0; i < reads; i++) {
            // A handler may have closed it.
            Fd open = closed ? null : fd;
            int n = open == null ? 0 : syscalls.read(open, buffer);
            if (n <= 0) {
                return;
            }
            events.parse(buffer, n);
        }
    }

    /**
     * Delivers what is in the kernel's queue now, all of it: for who has just listed directories and wants everything from
     * before the listing behind it. Bounded by the size of the queue, fs.inotify.max_queued_events.
     */
    public void drain() {
        loop.requireInLoop();
        nanos = System.nanoTime();
        deliver(READS_PER_DRAIN);
    }

    private void dispatch(int watch, int mask, byte[] name) {
        if ((mask & InotifyMask.IN_Q_OVERFLOW) != 0) {
            overflowHandlers.forEach(handler -> handler.overflowed(nanos));
            return;
        }
        WatchHandler handler = watches.get(watch);
        if (handler == null) {
            return;
        }
        if ((mask & InotifyMask.IN_IGNORED) != 0) {
            watches.remove(watch);
            return;
        }
        try {
            handler.changed(name, mask, nanos);
        } catch (RuntimeException e) {
            LOG.error("the handler of an inotify watch failed", e);
        }
    }

    @Override
    public void close() {
        loop.requireInLoop();
        if (!closed) {
            closed = true;
            if (registration != null) {
                registration.cancel();
            }
            if (fd != null) {
                fd.close();
            }
            watches.clear();
        }
    }

    /** Told of what happened in one watched directory. On the kernel loop. */
    @FunctionalInterface
    public interface WatchHandler {
        /**
         * @param name raw bytes; empty when it is about the directory itself
         * @param mask bits of {@link InotifyMask}
         */
        void changed(byte[] name, int mask, long nanos);
    }

    /** Told that events were lost after those delivered so far: list again. On the kernel loop. */
    @FunctionalInterface
    public interface OverflowHandler {
        void overflowed(long nanos);
    }
}
