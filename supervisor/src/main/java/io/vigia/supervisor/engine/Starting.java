package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.process.SpawnException;
import io.vigia.kernel.process.SpawnRequest;
import io.vigia.kernel.process.Spawner;
import io.vigia.supervisor.config.ContainerSpec;

/** Starts root processes of one container, on a worker. Kernel-loop thread only. */
final class Starting {
    private final EngineParts parts;
    private final ContainerLog log;
    private final String group;
    private Future<?> last = Future.succeededFuture();

    Starting(EngineParts parts, ContainerLog log, String group) {
        this.parts = parts;
        this.log = log;
        this.group = group;
    }

    /**
     * Spawns once {@code intent} is on disk.
     *
     * @param oomKills of the cgroup before, -1 unknown
     */
    Future<Started> start(ContainerSpec spec, Cgroup cgroup, long oomKills, Future<Void> intent) {
        SpawnRequest request = new SpawnRequest(
                spec.command(),
                Environments.of(spec, group),
                spec.workdir(),
                spec.attached() ? null : log.currentFile(),
                cgroup.entry(),
                spec.nice(),
                spec.ioPriority(),
                spec.rlimits(),
                spec.user());
        Future<Started> started =
                parts.onLoop(intent.compose(saved -> parts.workers().submit(() -> {
                    log.prepare();
                    long before = oomKills >= 0 ? oomKills : Ending.oomKills(cgroup);
                    return new Started(parts.spawner().spawn(request), before);
                })));
        last = started;
        return started;
    }

    /** Completes when no spawn is under way; never fails. */
    Future<Void> settled() {
        return last.<Void>mapEmpty().otherwiseEmpty();
    }

    /** Whether the cgroup was not there (any more). */
    static boolean lacksCgroup(Throwable failure) {
        return failure instanceof SpawnException spawn && spawn.step().equals("cgroup");
    }

    /** @param oomKills of the cgroup before the start, -1 unknown */
    record Started(Spawner.Spawned process, long oomKills) {}
}
