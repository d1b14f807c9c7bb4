package io.vigia.kernel.sys;

import java.nio.ByteBuffer;

/**
 * How long a thread runs in one go where it shares a CPU. A thread that asks for little at a time gets its turn sooner: it need not wait
 * until a busy one has used up its own slice, which is when a supervisor is needed most. Its share of the CPU stays the same.
 */
public final class TimeSlice {
    /**
     * Less than the system's own (0.7 ms for one CPU, 2.8 for eight), and enough for most of a reaction: whoever has used up its slice on a busy CPU
     * waits for others until the next tick, 4 ms as a rule. The least that the kernel takes is 0.1 ms.
     */
    private static final long SHORT_NANOS = 500_000;

    private static final int SCHED_OTHER = 0;
    private static final long SCHED_FLAG_RESET_ON_FORK = 1;

    private TimeSlice() {}

    /**
     * Gives the calling thread a short slice: sched_setattr(2) with a sched_runtime for SCHED_OTHER, which Linux heeds from 6.12 on (EEVDF,
     * Documentation/scheduler/sched-eevdf.rst). What it forks has the system's own again, and no nice value below 0. Needs no privilege.
     *
     * @return whether the kernel took it; {@code false}: it is older, refuses, or the thread has another scheduling policy, and nothing has changed
     */
    public static boolean shorten() {
        Scratch scratch = Scratch.ofThread();
        long address = scratch.zeroed(StructLayout.SCHED_ATTR_SIZE);
        ByteBuffer attributes = scratch.memory();
        if (!get(address)
                || attributes.getInt(StructLayout.SCHED_ATTR_POLICY) != SCHED_OTHER
                // An older kernel tells no slice, and would take the flag below alone.
                || attributes.getLong(StructLayout.SCHED_ATTR_RUNTIME) == 0) {
            return false;
        }
        attributes.putInt(0, StructLayout.SCHED_ATTR_SIZE);
        attributes.putLong(
                StructLayout.SCHED_ATTR_FLAGS,
                attributes.getLong(StructLayout.SCHED_ATTR_FLAGS) | SCHED_FLAG_RESET_ON_FORK);
        attributes.putLong(StructLayout.SCHED_ATTR_RUNTIME, SHORT_NANOS);
        return LibC.syscall(SyscallNumbers.SCHED_SETATTR, 0, address, 0, 0) == 0
                && get(address)
                && attributes.getLong(StructLayout.SCHED_ATTR_RUNTIME) == SHORT_NANOS;
    }

    private static boolean get(long address) {
        return LibC.syscall(SyscallNumbers.SCHED_GETATTR, 0, address, StructLayout.SCHED_ATTR_SIZE, 0) == 0;
    }
}
