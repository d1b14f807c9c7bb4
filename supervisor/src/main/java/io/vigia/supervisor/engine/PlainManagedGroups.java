package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.GroupState;
import io.vigia.supervisor.model.LogChunk;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Managed groups of plain processes: no runtime, no namespaces, each container in a cgroup of its own. Kernel-loop thread only. */
public final class PlainManagedGroups implements ManagedGroups {
    /** The next vigia finishes what takes longer. */
    private static final long LAST_DELETES_MILLIS = 5_000;

    private final EngineParts parts;
    private final LogWatches watches;
    private final GroupCgroups cgroups;
    private final GroupChanges changes;
    private final Map<String, ManagedGroup> groups = new TreeMap<>();
    /** Nothing is started any more. */
    private boolean ending;

    /** What runs is left to the next vigia. */
    private boolean lettingGo;

    public PlainManagedGroups(EngineParts parts) {
        this.parts = parts;
        this.watches = new LogWatches(parts.loop(), parts.syscalls());
        this.cgroups = new GroupCgroups(parts);
        this.changes = new GroupChanges(parts, watches, cgroups, groups);
    }

    @Override
    public Future<Void> adopt() {
        parts.loop().requireInLoop();
        return new Takeover(parts, cgroups, changes).run();
    }

    @Override
    public Future<Boolean> apply(GroupSpec spec) {
        parts.loop().requireInLoop();
        return ending ? Future.failedFuture(Problem.ending()) : changes.apply(spec);
    }

    @Override
    public Future<Void> check(GroupSpec spec) {
        parts.loop().requireInLoop();
        return ending ? Future.failedFuture(Problem.ending()) : changes.check(spec);
    }

    @Override
    public Future<Void> delete(String name, @Nullable Duration grace) {
        return changing(name, group -> changes.delete(group, grace));
    }

    @Override
    public Future<Void> stop(String name) {
        return changing(name, group -> group.stopAll(null));
    }

    @Override
    public Future<Void> start(String name) {
        return withLivingGroup(name, group -> {
            group.containers().forEach(ManagedContainer::start);
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<Void> restart(String name) {
        return withLivingGroup(name, ManagedGroup::restartAll);
    }

    @Override
    public Future<Void> stopContainer(String name, String container) {
        return changing(name, group -> group.require(container).stop(null));
    }

    @Override
    public Future<Void> startContainer(String name, String container) {
        return withLivingGroup(name, group -> {
            group.require(container).start();
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<Void> restartContainer(String name, String container) {
        return withLivingGroup(name, group -> group.require(container).restart());
    }

    @Override
    public Future<Void> killContainer(String name, String container, int signal, @Nullable Duration grace) {
        return changing(name, group -> group.require(container).kill(signal, grace));
    }

    private <T> Future<T> withGroup(String name, Function<ManagedGroup, Future<T>> step) {
        parts.loop().requireInLoop();
        ManagedGroup group = groups.get(name);
        if (group == null) {
            return Future.failedFuture(Problems.noSuchGroup(name));
        }
        try {
            return step.apply(group);
        } catch (RuntimeException problem) {
            return Future.failedFuture(problem);
        }
    }

    /** What ends processes: of use as long as vigia looks after the group. */
    private <T> Future<T> changing(String name, Function<ManagedGroup, Future<T>> step) {
        return withGroup(
                name,
                group -> lettingGo && !group.deleting() ? Future.failedFuture(Problem.ending()) : step.apply(group));
    }

    private Future<Void> withLivingGroup(String name, Function<ManagedGroup, Future<Void>> step) {
        return withGroup(name, group -> {
            if (ending) {
                return Future.failedFuture(Problem.ending());
            }
            return group.deleting() ? Future.failedFuture(Problems.beingDeleted(name)) : step.apply(group);
        });
    }

    @Override
    public void expectPolicyKill(CgroupPath path) {
        eachContainer(container -> {
            if (container.path().isWithin(path) || path.isWithin(container.path())) {
                container.expectPolicyKill();
            }
        });
    }

    @Override
    public void stateChanged(CgroupPath path, CgroupId id, Cgroup.State state) {
        ManagedContainer container = containerAt(path);
        if (container != null) {
            container.stateChanged(state);
        }
    }

    @Override
    public void oomKilled(CgroupPath path) {
        eachContainer(container -> {
            if (path.isWithin(container.path())) {
                container.oomKilled();
            }
        });
    }

    private void eachContainer(Consumer<ManagedContainer> step) {
        parts.loop().requireInLoop();
        groups.values().forEach(group -> group.containers().forEach(step));
    }

    private @Nullable ManagedContainer containerAt(CgroupPath path) {
        parts.loop().requireInLoop();
        CgroupPath above = path.parent();
        if (above == null) {
            return null;
        }
        ManagedGroup group = groups.get(above.name());
        return group == null || !group.path().equals(above) ? null : group.container(path.name());
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(groups.keySet());
    }

    @Override
    public @Nullable CgroupPath pathOf(String name) {
        ManagedGroup group = groups.get(name);
        return group == null ? null : group.path();
    }

    @Override
    public @Nullable String managing(CgroupPath path) {
        for (CgroupPath at = path; at != null; at = at.parent()) {
            ManagedGroup group = groups.get(at.name());
            if (group != null && group.path().equals(at)) {
                return group.spec().name();
            }
        }
        return null;
    }

    @Override
    public @Nullable GroupSpec spec(String name) {
        ManagedGroup group = groups.get(name);
        return group == null ? null : group.spec();
    }

    @Override
    public @Nullable GroupState state(String name) {
        ManagedGroup group = groups.get(name);
        return group == null ? null : group.state();
    }

    @Override
    public List<ContainerView> containers(String name) {
        ManagedGroup group = groups.get(name);
        if (group == null) {
            return List.of();
        }
        List<ContainerView> views = new ArrayList<>();
        group.spec().containers().forEach(spec -> {
            ManagedContainer container = group.container(spec.name());
            if (container != null) {
                views.add(container.view());
            }
        });
        return views;
    }

    @Override
    public Future<LogChunk> log(String name, String container, long from, int maxBytes) {
        return withGroup(name, group -> {
            ManagedContainer of = group.require(container);
            boolean resting = of.phase().isFinal();
            return parts.onLoop(parts.workers().submit(() -> of.log().read(from, maxBytes, resting)));
        });
    }

    @Override
    public Future<Long> logTail(String name, String container, long lines) {
        return withGroup(name, group -> {
            ManagedContainer of = group.require(container);
            return parts.onLoop(parts.workers().submit(() -> of.log().tail(lines)));
        });
    }

    @Override
    public Future<Void> deleteAll() {
        parts.loop().requireInLoop();
        ending = true;
        List<Future<Void>> deletes = new ArrayList<>();
        for (ManagedGroup group : List.copyOf(groups.values())) {
            deletes.add(changes.delete(group, null));
        }
        return Future.join(deletes)
                .<Void>mapEmpty()
                .compose(done -> cgroups.removeIfUnused(parts.parent()))
                .onComplete(done -> watches.close());
    }

    @Override
    public Future<Void> detach() {
        parts.loop().requireInLoop();
        ending = true;
        lettingGo = true;
        List<Future<Void>> letGo = new ArrayList<>();
        for (ManagedGroup group : List.copyOf(groups.values())) {
            letGo.add(group.deleting() ? deleted(group) : group.detach());
        }
        return Future.join(letGo)
                .<Void>mapEmpty()
                .compose(done -> cgroups.removeIfUnused(parts.parent()))
                .onComplete(done -> watches.close());
    }

    // What is being deleted is let finish: a container that is let go of would leave its group, and the parent, behind.
    private Future<Void> deleted(ManagedGroup group) {
        Promise<Void> over = Promise.promise();
        KernelLoop.Timer late = parts.loop().schedule(LAST_DELETES_MILLIS, over::tryComplete);
        group.inOrder(Future::<Void>succeededFuture).onComplete(done -> {
            late.cancel();
            over.tryComplete();
        });
        return over.future().compose(done -> groups.containsValue(group) ? group.detach() : Future.succeededFuture());
    }
}
