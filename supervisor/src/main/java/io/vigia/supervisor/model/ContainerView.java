package io.vigia.supervisor.model;

import io.vigia.kernel.model.ExitStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container of a managed group at one moment.
 *
 * @param pid 0 while it does not run
 * @param state {@code waiting|starting|running|stopping|backoff|stopped|completed|failed}
 * @param reason of the last end: {@code exited|signal|oom|stopped|policy|unknown}
 */
public record ContainerView(
        String group,
        String name,
        String cgroup,
        int pid,
        String state,
        @Nullable Instant startedAt,
        @Nullable ExitStatus lastExit,
        @Nullable String reason,
        long restarts,
        @Nullable Instant nextStartAt) {}
