package io.vigia.supervisor.group;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.SwapEvents;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What is known of one living group between kernel events. Kernel-loop thread only, but for {@link #toRead}. */
public final class GroupEntry {
    private static final MemoryEvents NONE = new MemoryEvents(0, 0, 0, 0, 0, 0);
    private static final SwapEvents NO_SWAP = new SwapEvents(0, 0);

    public final CgroupPath path;
    public final CgroupId id;

    /** Bits of what a worker has still to read, so that a storm of notifications costs one reading. Any thread. */
    final AtomicInteger toRead = new AtomicInteger();

    /** When the first notification came that the next reading answers. Written on the loop before it is queued. */
    long toReadSince;

    long madeMillis = -1;

    int stateChanges;

    /** The last reading of it failed, and will be made again. */
    boolean unreadable;

    /** Of its v1 memory controller, so that the latest of them alone is followed. */
    int oomNotices;

    /** When the latest of them came; 0: none came. */
    long oomNoticedNanos;

    Cgroup.@Nullable State state;

    @Nullable
    MemoryEvents memoryEventsLocal;

    @Nullable
    MemoryEvents memoryEvents;

    @Nullable
    SwapEvents swapEvents;

    long pidsMaxEvents = -1;
    long hugetlbMaxEvents = -1;

    GroupEntry(CgroupPath path, CgroupId id) {
        this.path = path;
        this.id = id;
    }

    /** {@code null} until the first reading came back. */
    public Cgroup.@Nullable State state() {
        return state;
    }

    /** Counted in the group itself; {@code null} until read, or where the kernel does not count so. */
    public @Nullable MemoryEvents memoryEventsLocal() {
        return memoryEventsLocal;
    }

    /** Counted in the group and all below it; {@code null} until read. */
    public @Nullable MemoryEvents memoryEvents() {
        return memoryEvents;
    }

    /** When it was made, milliseconds since the epoch; -1 for one that was there before us. */
    public long madeMillis() {
        return madeMillis;
    }

    /** How often it was told that {@link #state()} may have changed. */
    public int stateChanges() {
        return stateChanges;
    }

    /** A group that was made before our eyes: whatever its counters say at the first reading happened since. */
    void startFromZero(long nowMillis) {
        madeMillis = nowMillis;
        memoryEventsLocal = NONE;
        memoryEvents = NONE;
        swapEvents = NO_SWAP;
        pidsMaxEvents = 0;
        hugetlbMaxEvents = 0;
    }
}
