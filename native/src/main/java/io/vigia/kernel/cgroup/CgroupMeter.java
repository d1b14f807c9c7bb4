package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.MemoryEvents;
import org.jspecify.annotations.Nullable;

/**
 * Reads one cgroup again and again, cheaply: descriptors stay open while the budget lasts, limits are read only after
 * somebody wrote them, and what only processes can change is not read of a group without any. {@link #close} may be called
 * on any thread, the loop included; {@link #read} on one thread at a time, never the loop.
 */
public interface CgroupMeter extends AutoCloseable {
    CgroupId id();

    /**
     * Fills {@code into}, which must be the same object each time: what need not be read again keeps its value.
     *
     * @return {@code false} when the group is gone, or the meter was closed
     */
    boolean read(CgroupNumbers into, Told told);

    /**
     * What the kernel refused in the last reading for want of something, such as descriptors or memory, in words: the first of it, and
     * what it was for is unknown for once. {@code null} when nothing was refused. The reader's thread.
     */
    @Nullable
    String refused();

    /** When the directory was made, as far as the kernel tells: milliseconds since the epoch, or -1. May block. */
    long madeMillis();

    @Override
    void close();

    /**
     * What the kernel's notifications have told of the group, so that it need not be read.
     *
     * @param empty nobody is in it or below it
     * @param stateChanges how often it was told that this may have changed
     * @param tree {@code memory.events}, and {@code local} {@code memory.events.local}, when every change of them is told
     */
    record Told(
            boolean empty,
            int stateChanges,
            @Nullable MemoryEvents tree,
            @Nullable MemoryEvents local) {
        /** Nothing was told: everything is read. */
        public static final Told NOTHING = new Told(false, 0, null, null);
    }
}
