package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.model.SwapEvents;
import io.vigia.kernel.sys.Fd;
import java.util.List;
import java.util.Set;

/**
 * One cgroup, by identity: if it is removed and another appears under its path, every method answers <em>gone</em>.
 * Blocking, thread-safe, never on the kernel loop (writes may take
 * seconds).
 */
public interface Cgroup {
    CgroupPath path();

    CgroupId id();

    /** Controllers that account for this cgroup. */
    Set<Controller> controllers();

    Reading<LimitValue> readLimit(LimitFile file);

    /**
     * Writes a limit and reads it back.
     *
     * @return what the kernel reads back; gone; or unknown with the reason when unsupported here
     * @throws io.vigia.kernel.sys.KernelException when the kernel refuses, with file and data in the target
     */
    Reading<LimitValue> writeLimit(LimitFile file, LimitValue value);

    CgroupUsage usage();

    /** Only this resource's pressure: one read. */
    Reading<Pressure> pressure(Resource resource);

    /** {@code memory.events}, v1: {@code memory.oom_control} and {@code memory.failcnt} for what they can say. */
    Reading<MemoryEvents> memoryEvents();

    /** {@code memory.events.local}: what happened at this cgroup itself and not below it. */
    default Reading<MemoryEvents> memoryEventsLocal() {
        return usage().memoryEventsLocal();
    }

    /** {@code memory.swap.events}; v1 counts none. */
    default Reading<SwapEvents> swapEvents() {
        return Reading.unknown("memory.swap.events is of cgroup v2's memory controller");
    }

    /** {@code max} of {@code hugetlb.SIZE.events.local}, all sizes together; v1 counts none. */
    default Reading<Long> hugetlbMaxEventsLocal() {
        return Reading.unknown("hugetlb.SIZE.events.local is of cgroup v2's hugetlb controller");
    }

    /** {@code max} of {@code pids.events}: forks refused. */
    default Reading<Long> pidsMaxEvents() {
        return usage().pidsMaxEvents();
    }

    /** The same at this cgroup itself and not below it: {@code pids.events.local}, or {@code pids.events} before Linux 6.11. */
    default Reading<Long> pidsMaxEventsLocal() {
        return pidsMaxEvents();
    }

    /** Whether a {@code memory.max} below what cannot be reclaimed kills, as on v2; v1 refuses it with EBUSY. */
    default boolean memoryMaxKills() {
        return true;
    }

    Reading<Long> memoryCurrentBytes();

    Reading<Long> pidsCurrent();

    /** {@code populated} and {@code frozen} of {@code cgroup.events}. */
    Reading<State> state();

    /** Member processes of this cgroup alone; 0 (a process outside our PID namespace) is left out. */
    Reading<List<Integer>> processes();

    /** Asks for (un)freezing; done when {@link #state()} says so. Gone is a result. */
    Reading<Boolean> freeze(boolean frozen);

    /** {@code cgroup.kill}: SIGKILL to the whole subtree, safe against forks. */
    Reading<Boolean> killAll();

    /** {@link #reclaim(long, ReclaimGuard)} without a record that outlives a crash. */
    default Reading<Long> reclaim(long bytes) {
        return reclaim(bytes, (file, before, meanwhile) -> {});
    }

    /**
     * Reclaims without lowering a limit for good. v2: {@code memory.reclaim}; v1: {@code memory.max} lowered until the
     * kernel has reclaimed, then restored, also when it fails halfway. {@code guard} hears of a limit before it is lowered.
     *
     * @return bytes that use went down by; unknown with the reason when unsupported
     */
    Reading<Long> reclaim(long bytes, ReclaimGuard guard);

    /**
     * v1 only: an eventfd that becomes readable when the group is out of memory (memcg_test.rst, {@code
     * cgroup.event_control}); the caller owns it. On v2 unknown: {@code memory.events} notifies through inotify.
     */
    Reading<Fd> oomNotifier();

    /**
     * The directories that make up this cgroup, opened for reading, the v2 one first; the caller owns them. For inotify
     * watches: on a hybrid host a limit written by somebody else shows only in its v1 directory. Empty when gone.
     */
    List<Fd> openDirectories();

    /** How a new process gets in: for the spawner. */
    Entry entry();

    /**
     * Absolute paths in the file system, escaped like {@link CgroupPath} (its {@code unescape} gives the bytes).
     *
     * @param path the cgroup itself
     * @param v2Directory the v2 directory, for CLONE_INTO_CGROUP
     * @param v1TasksFiles the v1 {@code tasks} files, to which the child writes 0
     */
    record Entry(CgroupPath path, String v2Directory, List<String> v1TasksFiles) {
        public Entry {
            v1TasksFiles = List.copyOf(v1TasksFiles);
        }
    }

    /** Hears what is about to change for a moment, so that it can be journalled and settled after a crash. */
    @FunctionalInterface
    interface ReclaimGuard {
        /** Called before {@code file} is lowered from {@code before} to {@code meanwhile}; an exception stops the reclaim. */
        void lowering(LimitFile file, LimitValue before, LimitValue meanwhile);
    }

    /** Of {@code cgroup.events}. */
    record State(boolean populated, boolean frozen) {}
}
