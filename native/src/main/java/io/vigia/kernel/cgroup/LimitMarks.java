package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.InotifyMask;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wrote a limit since the last look: an inotify watch on each directory with limits costs a fifth of the kernel memory
 * of a held descriptor, and nothing at all until somebody writes. Without inotify nothing is watched and limits are read
 * every time. Thread-safe.
 */
final class LimitMarks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LimitMarks.class);
    private static final int EVENT_BYTES = 16;
    private static final int MASK_AT = 4;
    private static final int LENGTH_AT = 12;

    private final Syscalls syscalls;
    private final Set<String> names;
    private final @Nullable Fd inotify;
    private final byte[] events = new byte[32 * 1024];
    /** Two groups of the v2 tree may share a v1 directory, which can be watched only once. */
    private final Map<Integer, List<HeldMeter>> byWatch = new HashMap<>();

    private final Map<HeldMeter, List<Integer>> watches = new HashMap<>();

    LimitMarks(Syscalls syscalls, Set<String> names) {
        this.syscalls = syscalls;
        this.names = Set.copyOf(names);
        this.inotify = open(syscalls);
    }

    private static @Nullable Fd open(Syscalls syscalls) {
        try {
            return syscalls.inotifyInit();
        } catch (KernelException e) {
            LOG.info("limits are read at every scrape: {}", e.getMessage());
            return null;
        }
    }

    /** Looks at what was written, and marks those meters. */
    synchronized void collect() {
        if (inotify == null || watches.isEmpty()) {
            return;
        }
        int n = syscalls.read(inotify, events);
        while (n > 0) {
            mark(n);
            n = syscalls.read(inotify, events);
        }
    }

    private void mark(int length) {
        ByteBuffer all = ByteBuffer.wrap(events).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + EVENT_BYTES <= length) {
            int nameBytes = all.getInt(at + LENGTH_AT);
            int mask = all.getInt(at + MASK_AT);
            if ((mask & InotifyMask.IN_Q_OVERFLOW) != 0) {
                watches.keySet().forEach(meter -> meter.limitsStale = true);
            } else if (nameBytes > 0 && names.contains(name(at + EVENT_BYTES, nameBytes))) {
                byWatch.getOrDefault(all.getInt(at), List.of()).forEach(meter -> meter.limitsStale = true);
            }
            at += EVENT_BYTES + nameBytes;
        }
    }

    private String name(int from, int padded) {
        int end = from;
        while (end < from + padded && events[end] != 0) {
            end++;
        }
        return new String(events, from, end - from, StandardCharsets.ISO_8859_1);
    }

    /** Watches those directories of these files that there are; {@code false} where one could not be. */
    synchronized boolean watch(HeldMeter meter, MeterDirectories directories, List<MeterFile> limits) {
        if (inotify == null) {
            return false;
        }
        if (watches.containsKey(meter)) {
            return true;
        }
        List<Integer> found = new ArrayList<>(2);
        watches.put(meter, found);
        try {
            for (MeterFile file : limits) {
                if (directories.of(file) instanceof Reading.Known<Fd>(Fd directory)
                        && syscalls.inotifyAddWatch(inotify, directory, InotifyMask.IN_MODIFY)
                                instanceof Reading.Known<Integer>(Integer watch)
                        && !found.contains(watch)) {
                    byWatch.computeIfAbsent(watch, w -> new ArrayList<>(1)).add(meter);
                    found.add(watch);
                }
            }
            return true;
        } catch (KernelException e) {
            LOG.debug("limits of {} are read at every scrape: {}", meter.id(), e.getMessage());
            forget(meter);
            return false;
        }
    }

    synchronized void forget(HeldMeter meter) {
        List<Integer> own = watches.remove(meter);
        if (own == null || inotify == null) {
            return;
        }
        for (Integer watch : own) {
            List<HeldMeter> sharing = byWatch.get(watch);
            if (sharing != null) {
                sharing.remove(meter);
                if (sharing.isEmpty()) {
                    byWatch.remove(watch);
                    boolean unused = syscalls.inotifyRemoveWatch(inotify, watch);
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        if (inotify != null) {
            inotify.close();
        }
    }
}
