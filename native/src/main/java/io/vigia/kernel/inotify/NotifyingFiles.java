package io.vigia.kernel.inotify;

import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the files that the kernel notifies ({@code cgroup.events}, {@code memory.events} and their like) in its inode cache.
 * A watch on each does that as well as an open descriptor would, for a fifth of the kernel memory and without using up
 * RLIMIT_NOFILE. Kernel-loop thread only.
 */
final class NotifyingFiles {
    private final Inotify inotify;
    private final WatchBudget budget;

    NotifyingFiles(Inotify inotify, WatchBudget budget) {
        this.inotify = inotify;
        this.budget = budget;
    }

    /** Pins these files, and lets go those of {@code before} that are not among them. */
    int[] pin(Fd directory, List<byte[]> files, int[] before) {
        int[] pins = new int[files.size()];
        int count = 0;
        try {
            for (byte[] file : files) {
                if (inotify.pin(directory, file) instanceof Reading.Known<Integer>(Integer watch)) {
                    pins[count++] = watch;
                }
            }
        } catch (KernelException e) {
            budget.failed(e);
        }
        int[] now = Arrays.copyOf(pins, count);
        for (int old : before) {
            if (Arrays.stream(now).noneMatch(pin -> pin == old)) {
                inotify.remove(old);
            }
        }
        return now;
    }
}
