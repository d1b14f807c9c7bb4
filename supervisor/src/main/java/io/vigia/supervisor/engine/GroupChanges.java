package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings groups to what a manifest says, and removes them. The wish is on disk before the first step, so that the next
 * vigia finishes what this one began. Kernel-loop thread only.
 */
final class GroupChanges {
    private static final Logger LOG = LoggerFactory.getLogger(GroupChanges.class);

    private final EngineParts parts;
    private final LogWatches watches;
    private final GroupCgroups cgroups;
    private final Map<String, ManagedGroup> groups;

    GroupChanges(EngineParts parts, LogWatches watches, GroupCgroups cgroups, Map<String, ManagedGroup> groups) {
        this.parts = parts;
        this.watches = watches;
        this.cgroups = cgroups;
        this.groups = groups;
    }

    /** {@code true} if it was made, {@code false} if it was there. */
    Future<Boolean> apply(GroupSpec spec) {
        ManagedGroup there = groups.get(spec.name());
        if (there == null) {
            CgroupPath parent = parts.parent();
            if (parent == null) {
                return Future.failedFuture(Problems.nowhere());
            }
            ManagedGroup made = add(parent.child(spec.name()), spec);
            return made.inOrder(() -> create(made));
        }
        if (there.deleting()) {
            return there.inOrder(Future::<Void>succeededFuture).compose(gone -> apply(spec));
        }
        return there.inOrder(() -> change(there, spec).map(false)).recover(e -> again(there, spec, e));
    }

    // The one it was to change has gone before its turn came.
    private Future<Boolean> again(ManagedGroup there, GroupSpec spec, Throwable e) {
        return groups.get(spec.name()) == there ? Future.failedFuture(e) : apply(spec);
    }

    ManagedGroup add(CgroupPath path, GroupSpec spec) {
        ManagedGroup made = new ManagedGroup(parts, watches, cgroups, path, spec);
        groups.put(spec.name(), made);
        return made;
    }

    /** Fails as {@link #apply} would, as far as that can be known before. */
    Future<Void> check(GroupSpec spec) {
        ManagedGroup there = groups.get(spec.name());
        if (there == null) {
            CgroupPath parent = parts.parent();
            return parent == null
                    ? Future.failedFuture(Problems.nowhere())
                    : requireRoom(parent.child(spec.name()), spec);
        }
        if (there.deleting()) {
            return cgroups.requireSupported(spec);
        }
        GroupSpec old = there.spec();
        Map<String, ContainerSpec> known = byName(old);
        Future<Void> all = cgroups.requireSupported(spec)
                .compose(ok -> cgroups.checkLimits(there.path(), spec.limits(), old.limits()));
        for (ContainerSpec wish : spec.containers()) {
            ContainerSpec was = known.get(wish.name());
            if (was != null) {
                CgroupPath path = there.path().child(wish.name());
                all = all.compose(ok -> cgroups.checkLimits(path, wish.limits(), was.limits()));
            }
        }
        return all;
    }

    private Future<Void> requireRoom(CgroupPath path, GroupSpec spec) {
        return cgroups.requireSupported(spec)
                .compose(ok -> cgroups.isPopulated(path))
                .compose(populated -> populated
                        ? Future.failedFuture(Problem.of(
                                Problem.Kind.CONFLICT,
                                "cgroup " + path.id() + " exists and holds processes that this vigia did not start:"
                                        + " choose another name or end them, or, if another vigia runs here, stop it"
                                        + " or ask it with 'vigia apply -f FILE'"))
                        : Future.succeededFuture());
    }

    private Future<Boolean> create(ManagedGroup group) {
        GroupSpec spec = group.spec();
        return requireRoom(group.path(), spec)
                .compose(ok -> createNow(group))
                .recover(e -> {
                    groups.remove(spec.name(), group);
                    return Future.failedFuture(e);
                })
                .map(true);
    }

    private Future<Void> createNow(ManagedGroup group) {
        GroupSpec spec = group.spec();
        return group.save()
                .compose(saved -> make(group, null))
                .recover(e -> cgroups.remove(group.path())
                        .transform(removed -> parts.onLoop(parts.store().delete(Store.Table.GROUPS, spec.name())))
                        .transform(removed -> cgroups.removeIfUnused(parts.parent()))
                        .transform(removed -> Future.failedFuture(e)))
                .compose(made -> group.settle().map(made))
                .compose(made -> {
                    for (ContainerSpec wish : spec.containers()) {
                        Cgroup cgroup = made.get(wish.name());
                        if (cgroup != null) {
                            group.add(wish, cgroup);
                        }
                    }
                    group.containers().forEach(ManagedContainer::begin);
                    return Future.succeededFuture();
                });
    }

    /**
     * The group's cgroup and those of its containers, by name, with their limits.
     *
     * @param before what they were made of; {@code null}: they are new
     */
    Future<Map<String, Cgroup>> make(ManagedGroup group, @Nullable GroupSpec before) {
        GroupSpec spec = group.spec();
        Map<String, ContainerSpec> known = before == null ? Map.of() : byName(before);
        Map<String, Cgroup> made = new LinkedHashMap<>();
        Future<?> all = cgroups.make(group.path(), spec.limits(), before == null ? Map.of() : before.limits());
        for (ContainerSpec wish : spec.containers()) {
            ContainerSpec old = known.get(wish.name());
            all = all.compose(done -> cgroups.make(
                            group.path().child(wish.name()), wish.limits(), old == null ? Map.of() : old.limits())
                    .onSuccess(cgroup -> made.put(wish.name(), cgroup)));
        }
        return all.map(done -> made);
    }

    /** Makes of it what is not there. What is there keeps its limits: a restart of vigia undoes nobody's change. */
    Future<Void> makeMissing(ManagedGroup group) {
        GroupSpec spec = group.spec();
        Future<?> all = cgroups.keep(group.path(), spec.limits());
        for (ContainerSpec wish : spec.containers()) {
            all = all.compose(done -> cgroups.keep(group.path().child(wish.name()), wish.limits()));
        }
        return all.mapEmpty();
    }

    private Future<Void> change(ManagedGroup group, GroupSpec now) {
        if (group.deleting() || groups.get(now.name()) != group) {
            return Future.failedFuture(Problems.beingDeleted(now.name()));
        }
        GroupSpec old = group.spec();
        return cgroups.requireSupported(now).compose(ok -> {
            group.spec(now);
            return group.save()
                    .compose(saved -> make(group, old))
                    .compose(made -> group.settle().map(made))
                    .recover(e -> takeBack(group, old, now).transform(back -> Future.failedFuture(e)))
                    .compose(made -> switchOver(group, now, made));
        });
    }

    private Future<Void> takeBack(ManagedGroup group, GroupSpec old, GroupSpec now) {
        group.spec(old);
        Future<Void> last = group.save().compose(saved -> cgroups.limit(group.path(), old.limits(), now.limits()));
        List<Future<Void>> all = new ArrayList<>(List.of(last));
        Map<String, ContainerSpec> before = byName(old);
        for (ContainerSpec wish : now.containers()) {
            CgroupPath path = group.path().child(wish.name());
            ContainerSpec was = before.get(wish.name());
            last = last.transform(
                    done -> was == null ? cgroups.remove(path) : cgroups.limit(path, was.limits(), wish.limits()));
            all.add(last);
        }
        // What could not be taken back is left to the next vigia, which is then told so.
        return Future.join(all).compose(done -> group.settle());
    }

    private Future<Void> switchOver(ManagedGroup group, GroupSpec now, Map<String, Cgroup> made) {
        Map<String, ContainerSpec> wishes = byName(now);
        List<Future<Void>> removals = new ArrayList<>();
        for (ManagedContainer container : List.copyOf(group.containers())) {
            ContainerSpec wish = wishes.remove(container.spec().name());
            if (wish == null) {
                removals.add(removeContainer(group, container, null));
            } else {
                container.change(wish);
            }
        }
        List<ManagedContainer> added = new ArrayList<>();
        wishes.forEach((name, wish) -> {
            Cgroup cgroup = made.get(name);
            if (cgroup != null) {
                added.add(group.add(wish, cgroup));
            }
        });
        added.forEach(ManagedContainer::begin);
        group.changed();
        return Future.join(removals).mapEmpty();
    }

    private static Map<String, ContainerSpec> byName(GroupSpec spec) {
        Map<String, ContainerSpec> all = new LinkedHashMap<>();
        spec.containers().forEach(container -> all.put(container.name(), container));
        return all;
    }

    private Future<Void> removeContainer(ManagedGroup group, ManagedContainer container, @Nullable Duration grace) {
        return container
                .stop(grace)
                .compose(stopped -> cgroups.remove(container.path()))
                .compose(removed -> container.forget())
                .onSuccess(forgotten -> {
                    group.drop(container.spec().name());
                    parts.workers().submit(() -> {
                        removeTree(container.log().directory());
                        return null;
                    });
                });
    }

    /** Also finishes a delete that an earlier vigia began. */
    Future<Void> delete(ManagedGroup group, @Nullable Duration grace) {
        if (group.deleting()) {
            // Somebody wants it gone sooner.
            group.containers().forEach(container -> container.stop(grace));
            return group.inOrder(Future::<Void>succeededFuture);
        }
        group.setDeleting();
        return group.inOrder(
                () -> groups.get(group.spec().name()) == group ? deleteNow(group, grace) : Future.succeededFuture());
    }

    private Future<Void> deleteNow(ManagedGroup group, @Nullable Duration grace) {
        String name = group.spec().name();
        return group.save()
                .otherwiseEmpty()
                .compose(saved -> group.stopAll(grace))
                .compose(stopped -> cgroups.remove(group.path()))
                .compose(removed -> Future.join(group.containers().stream()
                        .map(ManagedContainer::forget)
                        .toList()))
                .compose(forgotten -> parts.onLoop(parts.store().delete(Store.Table.GROUPS, name)))
                .compose(deleted -> parts.onLoop(parts.workers().<Void>submit(() -> {
                    removeTree(ContainerLog.directory(parts.stateDir(), name));
                    return null;
                })))
                .onSuccess(done -> groups.remove(name, group));
    }

    /** Blocking. Links are removed, not followed. */
    static void removeTree(Path top) throws IOException {
        if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(top)) {
            all = new ArrayList<>(walk.toList());
        }
        for (Path path : all.reversed()) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", path, e.toString());
            }
        }
    }
}
