package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.model.GroupState;
import io.vigia.supervisor.supervise.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One group's containers and what was asked for it. Kernel-loop thread only. */
final class ManagedGroup implements ManagedContainer.Owner {
    private final EngineParts parts;
    private final LogWatches watches;
    private final GroupCgroups cgroups;
    private final CgroupPath path;
    private final Map<String, ManagedContainer> containers = new LinkedHashMap<>();

    private GroupSpec spec;
    private @Nullable GroupSpec replaced;
    private boolean deleting;
    private boolean settled;
    private boolean waking;
    private Future<?> tail = Future.succeededFuture();

    ManagedGroup(EngineParts parts, LogWatches watches, GroupCgroups cgroups, CgroupPath path, GroupSpec spec) {
        this.parts = parts;
        this.watches = watches;
        this.cgroups = cgroups;
        this.path = path;
        this.spec = spec;
    }

    CgroupPath path() {
        return path;
    }

    GroupSpec spec() {
        return spec;
    }

    /** Its limits are still to be written, over those of the one that it replaces. */
    void spec(GroupSpec now) {
        replaced = spec;
        spec = now;
        settled = false;
    }

    boolean deleting() {
        return deleting;
    }

    void setDeleting() {
        deleting = true;
    }

    /** So said the record of an earlier vigia. */
    void wasSettled() {
        settled = true;
    }

    /**
     * Recorded beside the manifest: its limits have been written, and from here on belong to whoever changes them. A record that cannot be
     * written costs no more than that the next vigia writes them again.
     */
    Future<Void> settle() {
        if (settled) {
            return Future.succeededFuture();
        }
        settled = true;
        return save().otherwiseEmpty();
    }

    Collection<ManagedContainer> containers() {
        return containers.values();
    }

    @Nullable
    ManagedContainer container(String name) {
        return containers.get(name);
    }

    ManagedContainer require(String container) {
        ManagedContainer found = containers.get(container);
        if (found == null) {
            throw Problems.noSuchContainer(spec.name(), container);
        }
        return found;
    }

    ManagedContainer add(ContainerSpec wish, Cgroup cgroup) {
        ManagedContainer made = new ManagedContainer(parts, watches, this, spec.name(), path.id(), wish, cgroup);
        containers.put(wish.name(), made);
        return made;
    }

    void drop(String container) {
        containers.remove(container);
    }

    /** One change of the group after the other, whatever became of the one before. */
    <T> Future<T> inOrder(Callable<Future<T>> step) {
        Future<T> done = tail.<T>transform(before -> {
            try {
                return step.call();
            } catch (Exception e) {
                return Future.failedFuture(e);
            }
        });
        tail = done;
        return done;
    }

    Future<Void> stopAll(@Nullable Duration grace) {
        List<Future<Void>> stops = new ArrayList<>();
        for (ManagedContainer container : containers.values()) {
            stops.add(container.stop(grace));
        }
        thaw();
        return Future.join(stops).mapEmpty();
    }

    /** Lets go of its processes without stopping them. */
    Future<Void> detach() {
        return Future.join(containers.values().stream()
                        .map(ManagedContainer::detach)
                        .toList())
                .mapEmpty();
    }

    Future<Void> restartAll() {
        List<Future<Void>> restarts = new ArrayList<>();
        for (ManagedContainer container : List.copyOf(containers.values())) {
            restarts.add(container.restart());
        }
        thaw();
        return Future.join(restarts).mapEmpty();
    }

    /** A frozen process does not see that it shall stop. */
    private void thaw() {
        parts.workers().submit(() -> {
            Cgroup cgroup = parts.cgroups().open(path).orNull();
            Cgroup.State state = cgroup == null ? null : cgroup.state().orNull();
            if (cgroup != null && state != null && state.frozen()) {
                cgroup.freeze(false);
            }
            return null;
        });
    }

    Future<Void> save() {
        return parts.onLoop(parts.store()
                .put(
                        Store.Table.GROUPS,
                        spec.name(),
                        new JsonObject()
                                .put("manifest", spec.text())
                                .put("replaced", settled || replaced == null ? null : replaced.text())
                                .put("path", path.text())
                                .put("deleting", deleting)
                                .put("settled", settled)));
    }

    /**
     * {@code stopping} while it is deleted; {@code failed} if one container has failed; else {@code starting} until each
     * wanted one has started once, {@code running} while one runs or waits for its restart, {@code stopping} while the last
     * ones end, {@code empty} when all rest.
     */
    GroupState state() {
        if (deleting) {
            return GroupState.STOPPING;
        }
        boolean starting = false;
        boolean running = false;
        boolean stopping = false;
        for (ManagedContainer container : containers.values()) {
            switch (container.phase()) {
                case FAILED -> {
                    return GroupState.FAILED;
                }
                case WAITING, STARTING, BACKOFF -> {
                    if (container.everStarted()) {
                        running = true;
                    } else {
                        starting = true;
                    }
                }
                case RUNNING -> running = true;
                case STOPPING -> stopping = true;
                case STOPPED, COMPLETED -> {}
            }
        }
        if (starting) {
            return GroupState.STARTING;
        }
        if (running) {
            return GroupState.RUNNING;
        }
        return stopping ? GroupState.STOPPING : GroupState.EMPTY;
    }

    @Override
    public boolean mayStart(ContainerSpec wish) {
        for (ContainerSpec.Dependency dependency : wish.dependsOn()) {
            ManagedContainer other = containers.get(dependency.container());
            if (other == null) {
                return false;
            }
            boolean met = switch (dependency.condition()) {
                // Without probes a container is ready once it has started.
                case STARTED, READY -> other.phase() == Phase.RUNNING || other.phase() == Phase.COMPLETED;
                case COMPLETED -> other.phase() == Phase.COMPLETED;
            };
            if (!met) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void changed() {
        if (waking) {
            return;
        }
        waking = true;
        // Later, not now: the one that changed is still about to tell of it.
        parts.loop().execute(() -> {
            waking = false;
            containers.values().forEach(ManagedContainer::dependencyChanged);
        });
    }

    @Override
    public Future<Cgroup> remake(ContainerSpec wish) {
        return cgroups.make(path.child(wish.name()), wish.limits(), wish.limits());
    }
}
