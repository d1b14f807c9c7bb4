package io.vigia.kernel.model;

/** The numbers that are sampled of a cgroup again and again, in v2 terms. Units are in the names; the rest are counts. */
public enum CgroupNumber {
    CPU_USAGE_USEC,
    CPU_USER_USEC,
    CPU_SYSTEM_USEC,
    CPU_PERIODS,
    CPU_THROTTLED_PERIODS,
    CPU_THROTTLED_USEC,
    CPU_SOME_USEC,
    CPU_FULL_USEC,
    MEMORY_SOME_USEC,
    MEMORY_FULL_USEC,
    IO_SOME_USEC,
    IO_FULL_USEC,
    MEMORY_CURRENT_BYTES,
    MEMORY_PEAK_BYTES,
    MEMORY_SWAP_BYTES,
    MEMORY_ANON_BYTES,
    MEMORY_FILE_BYTES,
    MEMORY_INACTIVE_FILE_BYTES,
    /** {@code memory.events}: of the group and all below it. */
    EVENTS_LOW,
    EVENTS_HIGH,
    EVENTS_MAX,
    EVENTS_OOM,
    EVENTS_OOM_KILL,
    EVENTS_OOM_GROUP_KILL,
    /** {@code memory.events.local}; all that v1 counts is of this kind. */
    LOCAL_LOW,
    LOCAL_HIGH,
    LOCAL_MAX,
    LOCAL_OOM,
    LOCAL_OOM_KILL,
    LOCAL_OOM_GROUP_KILL,
    /** {@code pids.current}: threads, of the group and all below it. */
    PIDS_CURRENT,
    PIDS_MAX,
    /** Processes of this cgroup alone. */
    PROCESSES,
    /** One of them; unknown when there is none that we can see. */
    FIRST_PROCESS,
    /** {@code cpu.max}; may be unlimited. */
    CPU_QUOTA_USEC,
    CPU_PERIOD_USEC,
    /** As v1's shares: 1024 is the default. */
    CPU_SHARES,
    /** {@code memory.max}; may be unlimited. */
    MEMORY_MAX_BYTES,
    /** v1 only: the limit of memory and swap together; may be unlimited. */
    MEMORY_AND_SWAP_MAX_BYTES;

    static final int COUNT = values().length;

    private final int index = Numbering.next++;

    private static final class Numbering {
        static int next;
    }

    /** From 0, without a hole. */
    int index() {
        return index;
    }
}
