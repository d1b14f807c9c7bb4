package io.vigia.kernel.model;

/**
 * A process that cannot be confused with a later one of the same number.
 *
 * @param pid the number in vigia's PID namespace, above 0
 * @param startTicks field 22 of {@code /proc/PID/stat}: clock ticks since boot (proc_pid_stat(5))
 */
public record ProcessId(int pid, long startTicks) {
    public ProcessId {
        if (pid <= 0) {
            throw new IllegalArgumentException("pid must be positive (0 means unknown to this namespace): " + pid);
        }
    }
}
