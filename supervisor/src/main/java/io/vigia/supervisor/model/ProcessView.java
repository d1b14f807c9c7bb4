package io.vigia.supervisor.model;

import io.vigia.kernel.process.ProcessInfo;
import java.time.Instant;
import java.util.List;

/** A process with its children, as far as they are in the same group. */
public record ProcessView(ProcessInfo process, Instant startTime, String cgroup, List<ProcessView> children) {
    public ProcessView {
        children = List.copyOf(children);
    }
}
