package io.vigia.supervisor.node;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.process.PidfdWatcher;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.engine.EngineParts;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.engine.PlainManagedGroups;
import io.vigia.supervisor.engine.ProcProbe;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.StateWaiters;
import io.vigia.supervisor.lease.Leases;
import io.vigia.supervisor.lease.ManifestLimits;
import io.vigia.supervisor.process.ChildExits;
import io.vigia.supervisor.reaction.HostFacts;

/** What changes groups: limits and leases on them, signals, freezes, what vigia runs itself; and which groups it may touch. */
final class Acting {
    final Signaller signaller;
    final LimitService limits;
    final StateWaiters waiters;
    final GroupOperations operations;
    final Leases leases;
    /** Tells of the ends of vigia's own children. */
    final PidfdWatcher pidfds;

    final ManagedGroups managed;
    final Enforcement enforcement;

    /** @param ended on the kernel loop */
    Acting(Base base, TellingSpawner.Births births, Leases.EndListener ended) {
        signaller = new Signaller(base.cgroups, base.syscalls);
        limits = new LimitService(
                base.cgroups,
                base.workers,
                // From the loop, so that an event about a decision follows the decision's own.
                draft -> base.loop.execute(() -> base.journal.append(draft)),
                base.clock,
                HostFacts::swapFreeBytes,
                (path, id, file, ours) -> {
                    if (ours) {
                        base.counters.limitOverwritten();
                    }
                    base.loop.execute(() -> drifted(path, id, file));
                });

        waiters = new StateWaiters(base.loop, base.table);
        operations =
                new GroupOperations(base.loop, base.cgroups, base.workers, waiters, signaller, base.opened.leaseLog());
        leases = new Leases(
                base.loop, base.table, limits, operations, base.workers, base.opened.leaseLog(), base.now, ended);

        pidfds = new PidfdWatcher(base.loop, base.syscalls, base.opened.processCalls(), base.opened.children());
        managed = new PlainManagedGroups(new EngineParts(
                base.loop,
                base.cgroups,
                base.workers,
                new TellingSpawner(base.opened.spawner(), births),
                base.syscalls,
                signaller,
                new ManifestLimits(leases, limits),
                base.journal,
                base.journal,
                new ChildExits(pidfds),
                new ProcProbe(),
                base.clock,
                base.parent,
                base.config.stateDir(),
                new ConfigGrammar()::group));

        enforcement = new Enforcement(
                base.opened.self(),
                base.config.enforce(),
                base.config.protect(),
                path -> managed.managing(path) != null);
    }

    private void drifted(CgroupPath path, CgroupId id, LimitFile file) {
        leases.drifted(path, id, file);
    }
}
