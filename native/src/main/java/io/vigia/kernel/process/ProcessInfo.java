package io.vigia.kernel.process;

import io.vigia.kernel.model.ProcessId;
import java.util.List;

/**
 * A process as {@code /proc/PID} shows it.
 *
 * @param nsPids field {@code NSpid} of {@code /proc/PID/status}: the PID in each nested namespace, outermost first
 * @param state one letter of proc_pid_stat(5)
 * @param command argument vector; empty for a zombie or kernel thread
 */
public record ProcessInfo(
        ProcessId id, int parentPid, List<Integer> nsPids, String comm, List<String> command, char state, int threads) {
    public ProcessInfo {
        nsPids = List.copyOf(nsPids);
        command = List.copyOf(command);
    }
}
