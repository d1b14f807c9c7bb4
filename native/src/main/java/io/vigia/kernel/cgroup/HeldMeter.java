package io.vigia.kernel.cgroup;

import io.vigia.kernel.cgroup.MeterFile.Need;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Follows a {@link MeterPlan}, with a descriptor for each of its files while the budget lasts. */
final class HeldMeter implements CgroupMeter {
    private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** At 250 ms a trigger of 2 s fired as often as without a reader, at 50 ms little more than half as often. */
    static final long PRESSURE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final int IDLE = 0;
    private static final int READING = 1;
    private static final int CLOSED = 2;
    private static final int UNREADABLE = -2;

    private final BaseCgroups cgroups;
    private final DescriptorBudget budget;
    private final LimitMarks marks;
    private final ReadBuffer buffer;
    private final MeterPlan plan;
    private final @Nullable Fd[] held;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    // Of the reader alone.
    private BaseCgroup cgroup;
    /** Files that the directory does not have, as bits. */
    private int absent;

    private long absentSince;
    private long absentWait = FIRST_WAIT_NANOS;
    /** The count of {@link Told} at which it was read while empty; -1: not read since. */
    private int settledAt = -1;

    /** When pressure was read last; far enough away for the first time. */
    private long pressureAt = System.nanoTime() - PRESSURE_NANOS;

    private @Nullable String refused;

    /** Set by {@link LimitMarks}, on the reader's thread. */
    boolean limitsStale = true;

    HeldMeter(BaseCgroups cgroups, BaseCgroup cgroup, DescriptorBudget budget, LimitMarks marks, ReadBuffer buffer) {
        this.cgroups = cgroups;
        this.cgroup = cgroup;
        this.budget = budget;
        this.marks = marks;
        this.buffer = buffer;
        this.plan = cgroups.plan();
        this.held = new Fd[plan.files().size()];
    }

    @Override
    public CgroupId id() {
        return cgroup.id();
    }

    @Override
    public boolean read(CgroupNumbers into, Told told) {
        if (!state.compareAndSet(IDLE, READING)) {
            return false;
        }
        refused = null;
        try (MeterDirectories directories = new MeterDirectories(cgroup)) {
            if (!readFiles(directories, into, told)) {
                return false;
            }
            if (limitsStale) {
                readLimits(directories, into);
            }
            return true;
        } finally {
            if (!state.compareAndSet(READING, IDLE)) {
                letGo();
            }
        }
    }

    @Override
    public @Nullable String refused() {
        return refused;
    }

    @Override
    public void close() {
        if (state.getAndSet(CLOSED) == IDLE) {
            letGo();
        }
    }

    @Override
    public long madeMillis() {
        if (!(cgroup.v2.open() instanceof Reading.Known<Fd>(Fd directory))) {
            return CgroupNumbers.UNKNOWN;
        }
        try (directory) {
            return cgroups.v2.syscalls().modifiedMillis(directory);
        } catch (KernelException e) {
            return CgroupNumbers.UNKNOWN;
        }
    }

    private boolean readFiles(MeterDirectories directories, CgroupNumbers into, Told told) {
        if (absent != 0 && System.nanoTime() - absentSince > absentWait) {
            absent = 0;
            absentWait = Math.min(LONGEST_WAIT_NANOS, 2 * absentWait);
            // A directory that was missing may have limits, too.
            marks.forget(this);
            limitsStale = true;
        }
        boolean settled = told.empty() && told.stateChanges() == settledAt;
        long now = System.nanoTime();
        boolean pressureIsNew = now - pressureAt < PRESSURE_NANOS;
        if (!pressureIsNew) {
            pressureAt = now;
        }
        List<MeterFile> files = plan.files();
        for (int i = 0; i < files.size(); i++) {
            MeterFile file = files.get(i);
            if (isTold(file.need(), into, told, settled, pressureIsNew)) {
                continue;
            }
            if (file.need() == Need.CHARGES && nothingCharged(into)) {
                file.parser().fill(0, into);
                continue;
            }
            int length = read(directories, i, file);
            if (length >= 0) {
                file.parser().parse(buffer.bytes(), length, into);
            } else if (length == UNREADABLE) {
                file.parser().fill(CgroupNumbers.UNKNOWN, into);
            } else if (!survives()) {
                return false;
            } else {
                file.parser().fill(CgroupNumbers.UNKNOWN, into);
            }
        }
        settledAt = told.empty() && !pressureIsNew ? told.stateChanges() : -1;
        return true;
    }

    private static boolean isTold(Need need, CgroupNumbers into, Told told, boolean settled, boolean pressureIsNew) {
        return switch (need) {
            case ALWAYS, CHARGES -> false;
            case PROCESSES -> settled;
            case PRESSURE -> settled || pressureIsNew;
            case TREE_EVENTS -> take(told.tree(), CgroupNumber.EVENTS_LOW, into);
            case LOCAL_EVENTS -> take(told.local(), CgroupNumber.LOCAL_LOW, into);
        };
    }

    private static boolean take(@Nullable MemoryEvents events, CgroupNumber first, CgroupNumbers into) {
        if (events == null) {
            return false;
        }
        boolean tree = first == CgroupNumber.EVENTS_LOW;
        into.set(first, events.low());
        into.set(tree ? CgroupNumber.EVENTS_HIGH : CgroupNumber.LOCAL_HIGH, events.high());
        into.set(tree ? CgroupNumber.EVENTS_MAX : CgroupNumber.LOCAL_MAX, events.max());
        into.set(tree ? CgroupNumber.EVENTS_OOM : CgroupNumber.LOCAL_OOM, events.oom());
        into.set(tree ? CgroupNumber.EVENTS_OOM_KILL : CgroupNumber.LOCAL_OOM_KILL, events.oomKill());
        into.set(tree ? CgroupNumber.EVENTS_OOM_GROUP_KILL : CgroupNumber.LOCAL_OOM_GROUP_KILL, events.oomGroupKill());
        return true;
    }

    private static boolean nothingCharged(CgroupNumbers numbers) {
        return numbers.get(CgroupNumber.MEMORY_CURRENT_BYTES) == 0 && numbers.get(CgroupNumber.MEMORY_PEAK_BYTES) == 0;
    }

    /** The length of the text in the buffer, {@link ReadBuffer#GONE} or {@link #UNREADABLE}. */
    private int read(MeterDirectories directories, int index, MeterFile file) {
        Fd fd = held[index];
        try {
            if (fd != null) {
                return buffer.read(cgroups.v2.syscalls(), fd);
            }
            if ((absent & 1 << index) != 0) {
                return UNREADABLE;
            }
            return open(directories, index, file);
        } catch (KernelException e) {
            return unreadable(e);
        }
    }

    /** Denied, not supported here, or not to be had this time. */
    private int unreadable(KernelException e) {
        if (refused == null && Errno.meansShort(e.errno())) {
            refused = e.getMessage();
        }
        return UNREADABLE;
    }

    private int open(MeterDirectories directories, int index, MeterFile file) {
        Reading<Fd> opened = directories.openFile(file);
        if (!(opened instanceof Reading.Known<Fd>(Fd fd))) {
            if (opened instanceof Reading.Gone<Fd>) {
                return ReadBuffer.GONE;
            }
            absent |= 1 << index;
            absentSince = System.nanoTime();
            return UNREADABLE;
        }
        boolean kept = false;
        try {
            int length = buffer.read(cgroups.v2.syscalls(), fd);
            if (length >= 0 && budget.take()) {
                held[index] = fd;
                kept = true;
            }
            return length;
        } finally {
            if (!kept) {
                fd.close();
            }
        }
    }

    private void readLimits(MeterDirectories directories, CgroupNumbers into) {
        // Watched before it is read: what is written in between is read again next time.
        boolean watched = marks.watch(this, directories, plan.limits());
        for (MeterFile file : plan.limits()) {
            int length = limit(directories, file);
            if (length >= 0) {
                file.parser().parse(buffer.bytes(), length, into);
            } else {
                file.parser().fill(CgroupNumbers.UNKNOWN, into);
            }
        }
        limitsStale = !watched || refused != null;
    }

    private int limit(MeterDirectories directories, MeterFile file) {
        try {
            if (directories.openFile(file) instanceof Reading.Known<Fd>(Fd fd)) {
                try (fd) {
                    return buffer.read(cgroups.v2.syscalls(), fd);
                }
            }
            return UNREADABLE;
        } catch (KernelException e) {
            return unreadable(e);
        }
    }

    /** Something was gone: the group, or only its directory in another hierarchy, which is then looked for anew. */
    private boolean survives() {
        try {
            if (!cgroup.v2.isAlive()) {
                return false;
            }
        } catch (KernelException e) {
            int unused = unreadable(e);
            return true;
        }
        closeFiles();
        marks.forget(this);
        limitsStale = true;
        pressureAt -= PRESSURE_NANOS;
        cgroup = (BaseCgroup) cgroups.cgroup(cgroup.v2);
        return true;
    }

    private void letGo() {
        marks.forget(this);
        closeFiles();
    }

    private void closeFiles() {
        int count = 0;
        for (int i = 0; i < held.length; i++) {
            Fd fd = held[i];
            if (fd != null) {
                fd.close();
                held[i] = null;
                count++;
            }
        }
        budget.giveBack(count);
    }
}
