package io.vigia.supervisor.engine;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.InotifyMask;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells once that an idle log grows. One-shot watches (IN_ONESHOT, inotify(7)): a standing one would wake the loop for
 * every line that a container writes. Kernel-loop thread only, but for {@link #arm}.
 */
final class LogWatches {
    private static final int HEADER_BYTES = 16;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Map<Integer, Runnable> waiting = new HashMap<>();
    /** Fired before the loop heard of the watch. Numbers are not used again. */
    private final Set<Integer> early = new HashSet<>();

    private final byte[] buffer = new byte[16 * 1024];
    private @Nullable Fd inotify;
    private KernelLoop.@Nullable Registration registration;

    LogWatches(KernelLoop loop, Syscalls syscalls) {
        this.loop = loop;
        this.syscalls = syscalls;
    }

    /** The descriptor to arm with. */
    Fd open() {
        loop.requireInLoop();
        Fd fd = inotify;
        if (fd == null) {
            fd = syscalls.inotifyInit();
            Fd opened = fd;
            inotify = fd;
            registration = loop.register(fd, KernelLoop.EPOLLIN, (bits, nanos) -> drain(opened));
        }
        return fd;
    }

    /** Blocking, worker: the watch's number, -1 if there is no such file. */
    int arm(Fd on, Path directory, String file) {
        byte[] path = directory.toString().getBytes(StandardCharsets.UTF_8);
        if (syscalls.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY) instanceof Reading.Known<Fd>(Fd opened)) {
            try (opened) {
                Integer watch = syscalls.inotifyAddWatchAt(
                                on,
                                opened,
                                file.getBytes(StandardCharsets.UTF_8),
                                InotifyMask.IN_MODIFY | InotifyMask.IN_ONESHOT)
                        .orNull();
                return watch == null ? -1 : watch;
            }
        }
        return -1;
    }

    /** Calls {@code grew} once, when the armed watch fires or has fired. */
    void await(int watch, Runnable grew) {
        loop.requireInLoop();
        if (early.remove(watch)) {
            grew.run();
        } else {
            waiting.put(watch, grew);
        }
    }

    void forget(int watch) {
        if (waiting.remove(watch) != null && inotify != null) {
            boolean unused = syscalls.inotifyRemoveWatch(inotify, watch);
        }
    }

    void close() {
        if (registration != null) {
            registration.cancel();
        }
        if (inotify != null) {
            inotify.close();
        }
        waiting.clear();
    }

    private void drain(Fd fd) {
        int read = syscalls.read(fd, buffer);
        ByteBuffer events = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
        for (int at = 0; at + HEADER_BYTES <= read; at += HEADER_BYTES + events.getInt(at + 12)) {
            int mask = events.getInt(at + 4);
            if ((mask & InotifyMask.IN_Q_OVERFLOW) != 0) {
                List<Runnable> all = List.copyOf(waiting.values());
                waiting.clear();
                all.forEach(Runnable::run);
            } else if ((mask & InotifyMask.IN_MODIFY) != 0) {
                fired(events.getInt(at));
            }
        }
    }

    private void fired(int watch) {
        Runnable grew = waiting.remove(watch);
        if (grew != null) {
            grew.run();
        } else {
            early.add(watch);
        }
    }
}
