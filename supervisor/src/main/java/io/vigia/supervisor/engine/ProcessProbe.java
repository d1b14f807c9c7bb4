package io.vigia.supervisor.engine;

import org.jspecify.annotations.Nullable;

/** What adoption asks of {@code /proc}. Blocking for microseconds; any thread. */
public interface ProcessProbe {
    /** {@code null} when there is no such process (any more), or only its zombie. */
    @Nullable
    Stat stat(int pid);

    /** {@code /proc/sys/kernel/random/boot_id}. */
    String bootId();

    /** Fields of proc_pid_stat(5): {@code session} is the PID of its leader, {@code startTicks} clock ticks since boot. */
    record Stat(int pid, int session, long startTicks) {}
}
