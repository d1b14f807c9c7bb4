package io.vigia.supervisor.node;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Standing;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupReactor;
import io.vigia.supervisor.group.GroupReader;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.group.StateWaiters;
import io.vigia.supervisor.group.V1Watches;
import io.vigia.supervisor.lease.Leases;
import io.vigia.supervisor.reaction.Policies;
import io.vigia.supervisor.scrape.Scrapes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told what of a group's life, in which order. Kernel-loop thread only. */
final class GroupHooks implements GroupReactor.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(GroupHooks.class);

    private final StateWaiters waiters;
    private final ManagedGroups managed;
    private final Policies policies;
    private final Leases leases;
    private final Scrapes scrapes;
    private final LimitService limits;
    private final V1Watches v1;
    private final Enforcement enforcement;
    private final GroupViews.Makers makers;
    private final boolean hybrid;

    GroupHooks(
            StateWaiters waiters,
            ManagedGroups managed,
            Policies policies,
            Leases leases,
            Scrapes scrapes,
            LimitService limits,
            V1Watches v1,
            Enforcement enforcement,
            GroupViews.Makers makers,
            boolean hybrid) {
        this.waiters = waiters;
        this.managed = managed;
        this.policies = policies;
        this.leases = leases;
        this.scrapes = scrapes;
        this.limits = limits;
        this.v1 = v1;
        this.enforcement = enforcement;
        this.makers = makers;
        this.hybrid = hybrid;
    }

    @Override
    public JsonObject describe(CgroupPath path) {
        boolean ours = managed.managing(path) != null;
        return new JsonObject()
                .put("path", path.text())
                .put("managed", ours)
                .put("engine", ours ? "vigia" : makers.maker(path));
    }

    @Override
    public void created(GroupEntry entry) {
        waiters.created(entry);
        policies.groupAppeared(entry);
        if (enforcement.mayTouch(entry.path)) {
            // Once it is watched: what somebody writes in between would be seen by neither.
            v1.appeared(entry, () -> remember(entry)).onSuccess(watched -> remember(entry));
        }
    }

    private void remember(GroupEntry entry) {
        limits.remember(entry.path, standing(entry))
                .onFailure(e -> LOG.debug("limits of {} are not known yet: {}", entry.path, e.toString()));
    }

    @Override
    public Standing standing(GroupEntry entry) {
        if (managed.managing(entry.path) != null) {
            return Standing.MANAGED;
        }
        return enforcement.mayTouch(entry.path) ? Standing.ENFORCED : Standing.OBSERVED;
    }

    // With v1 controllers, memory events of a group are told only where its v1 directories are watched.
    @Override
    public int readAtFirst(GroupEntry entry) {
        return hybrid && !enforcement.mayTouch(entry.path) ? GroupReader.STATE : GroupReader.ALL;
    }

    @Override
    public void removed(GroupEntry entry) {
        v1.removed(entry.id);
        policies.groupRemoved(entry);
        leases.gone(entry.id);
        scrapes.forget(entry.id);
        waiters.removed(entry);
    }

    @Override
    public void stateChanged(GroupEntry entry, Cgroup.State state, boolean wasFrozen, long nanos) {
        waiters.stateChanged(entry, state);
        managed.stateChanged(entry.path, entry.id, state);
        if (wasFrozen && !state.frozen()) {
            leases.thawed(entry.path, entry.id);
        }
    }

    @Override
    public boolean actsOnMemoryEvents(GroupEntry entry) {
        return policies.actOnMemoryEvents(entry);
    }

    @Override
    public void memoryEvents(GroupEntry entry, MemoryEvents tree, long nanos) {
        policies.memoryEvents(entry, tree, nanos);
    }

    @Override
    public void oomKilled(GroupEntry entry, long count) {
        managed.oomKilled(entry.path);
    }

    @Override
    public void forksRefused(GroupEntry entry, long nanos) {
        policies.forksRefused(entry, nanos);
    }
}
