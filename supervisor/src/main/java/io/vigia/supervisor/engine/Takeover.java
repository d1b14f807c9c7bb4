package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.journal.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over, once at the start, what an earlier vigia left. Kernel-loop thread only. */
final class Takeover {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    private final EngineParts parts;
    private final GroupCgroups cgroups;
    private final GroupChanges changes;
    private final Adoption adoption;

    Takeover(EngineParts parts, GroupCgroups cgroups, GroupChanges changes) {
        this.parts = parts;
        this.cgroups = cgroups;
        this.changes = changes;
        this.adoption = new Adoption(parts.probe(), parts.syscalls());
    }

    private record Left(SortedMap<String, JsonObject> groups, SortedMap<String, JsonObject> containers) {}

    /** A container as it was found; {@code record} is {@code null} if it had not come to be. */
    private record FoundContainer(
            ContainerSpec spec, Cgroup cgroup, @Nullable ContainerRecord record, Adoption.Found found) {}

    Future<Void> run() {
        return parts.onLoop(parts.workers()
                        .submit(() -> new Left(
                                parts.store().load(Store.Table.GROUPS),
                                parts.store().load(Store.Table.CONTAINERS))))
                .compose(left -> {
                    List<Future<Void>> all = new ArrayList<>();
                    left.groups()
                            .forEach((name, document) -> all.add(
                                    adopt(name, document, left.containers()).otherwise(e -> {
                                        LOG.error("cannot take over group {}: {}", name, e.toString());
                                        return null;
                                    })));
                    return Future.join(all).mapEmpty();
                });
    }

    private Future<Void> adopt(String name, JsonObject document, SortedMap<String, JsonObject> records) {
        GroupSpec spec;
        @Nullable GroupSpec replaced;
        try {
            spec = parts.manifests().apply(document.getString("manifest"));
            String before = document.getString("replaced");
            replaced = before == null ? null : parts.manifests().apply(before);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        CgroupPath path = new CgroupPath(document.getString("path"));
        ManagedGroup group = changes.add(path, spec);
        Map<String, ContainerRecord> left = new HashMap<>();
        records.forEach((key, json) -> {
            if (key.startsWith(name + "/")) {
                left.put(key.substring(name.length() + 1), ContainerRecord.ofJson(json));
            }
        });
        boolean deleting = document.getBoolean("deleting", false);
        boolean settled = document.getBoolean("settled", false);
        if (settled) {
            group.wasSettled();
        }
        return group.inOrder(() -> removeDropped(name, path, spec, left)
                        .compose(removed -> {
                            if (deleting) {
                                return Future.succeededFuture();
                            }
                            return settled
                                    ? changes.makeMissing(group)
                                    : changes.make(group, replaced).compose(made -> group.settle());
                        })
                        .recover(e -> {
                            LOG.warn(
                                    "group {} is taken over, but not all its limits could be set: {}",
                                    name,
                                    e.toString());
                            return Future.succeededFuture();
                        })
                        .compose(made -> parts.onLoop(parts.workers().submit(() -> find(path, spec, left))))
                        .map(found -> {
                            takeOver(group, found, deleting);
                            return (Void) null;
                        }))
                .onSuccess(done -> {
                    if (deleting) {
                        changes.delete(group, null)
                                .onFailure(e -> LOG.warn("cannot finish deleting group {}: {}", name, e.toString()));
                    }
                });
    }

    /** Containers that the manifest has no longer: their removal was cut short. */
    private Future<Void> removeDropped(
            String name, CgroupPath path, GroupSpec spec, Map<String, ContainerRecord> left) {
        List<Future<Void>> removals = new ArrayList<>();
        for (String container : left.keySet()) {
            if (spec.containers().stream().noneMatch(wish -> wish.name().equals(container))) {
                removals.add(cgroups.remove(path.child(container))
                        .compose(gone ->
                                parts.onLoop(parts.store().delete(Store.Table.CONTAINERS, name + "/" + container))));
            }
        }
        return Future.join(removals).<Void>mapEmpty();
    }

    private List<FoundContainer> find(CgroupPath path, GroupSpec spec, Map<String, ContainerRecord> left) {
        List<FoundContainer> all = new ArrayList<>();
        for (ContainerSpec wish : spec.containers()) {
            Cgroup cgroup = parts.cgroups().open(path.child(wish.name())).orNull();
            if (cgroup == null) {
                cgroup = parts.cgroups().create(path.child(wish.name()));
            }
            ContainerRecord record = left.get(wish.name());
            Adoption.Found found =
                    record == null ? new Adoption.Found.NotRunning(false) : adoption.find(record, cgroup);
            all.add(new FoundContainer(wish, cgroup, record, found));
        }
        return all;
    }

    /** Of a group that was being deleted, a container without a record is one that was forgotten already: it is not begun anew. */
    private static void takeOver(ManagedGroup group, List<FoundContainer> found, boolean deleting) {
        List<FoundContainer> all =
                found.stream().filter(one -> one.record() != null || !deleting).toList();
        List<ManagedContainer> made =
                all.stream().map(one -> group.add(one.spec(), one.cgroup())).toList();
        for (int i = 0; i < made.size(); i++) {
            FoundContainer one = all.get(i);
            if (one.record() == null) {
                made.get(i).begin();
            } else {
                made.get(i).adopt(one.record(), one.found());
            }
        }
    }
}
