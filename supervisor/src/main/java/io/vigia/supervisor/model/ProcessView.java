package io.vigia.supervisor.model;

import io.vigia.kernel.process.ProcessInfo;
import java.time.Instant;
import java.util.List;

/**
 * A process with those that descend from it, as far as they are in the same group.
 *
 * @param forkedBy the PID of who forked it, alive or not; 0 when not known
 */
public record ProcessView(
        ProcessInfo process, Instant startTime, String cgroup, int forkedBy, List<ProcessView> children) {
    public ProcessView {
        children = List.copyOf(children);
    }
}
