package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.GroupView;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.LogChunk;
import io.vigia.supervisor.model.Page;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.model.ProcessView;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.process.ProcessTrees;
import io.vigia.supervisor.reaction.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the outer face: hops to the kernel loop for what it knows, to a worker for what must be read or done. */
final class Supervisor implements Control {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

    private final Base base;
    private final Acting acting;
    private final Policies policies;
    private final GroupViews views;
    private final ProcessTrees processes;
    private final Supplier<Map<String, Support>> readiness;
    private final Named named;
    private final ShownGroups shown;

    Supervisor(
            Base base,
            Acting acting,
            Policies policies,
            GroupViews views,
            ProcessTrees processes,
            Supplier<Map<String, Support>> readiness) {
        this.base = base;
        this.acting = acting;
        this.policies = policies;
        this.views = views;
        this.processes = processes;
        this.readiness = readiness;
        this.named = new Named(base.table, acting.managed, policies);
        this.shown = new ShownGroups(base.table, views, base.workers);
    }

    @Override
    public @Nullable CgroupPath parent() {
        return base.parent;
    }

    @Override
    public Future<Page<GroupView>> groups(GroupQuery query) {
        Glob glob = query.path() == null ? null : Glob.ofPath(query.path());
        return onLoop(() -> shown.page(query, glob));
    }

    @Override
    public Future<GroupView> group(String group) {
        return onLoop(() -> shown.group(named.group(group)));
    }

    @Override
    public Future<List<ProcessView>> processes(String group) {
        return onLoop(() -> processes.of(named.group(group)));
    }

    @Override
    public Future<LimitsView> limits(String group) {
        return onLoop(() -> acting.limits.read(named.group(group)));
    }

    @Override
    public Future<LimitsView> changeLimits(String group, LimitChange change) {
        return onLoop(() -> {
            CgroupPath path = named.group(group);
            acting.enforcement.require(path, "change limits of");
            return acting.leases.taking().change(path, change, "api");
        });
    }

    @Override
    public Future<Applied<GroupView>> apply(GroupSpec spec, boolean dryRun) {
        return onLoop(() -> {
            if (dryRun) {
                CgroupPath path = acting.managed.pathOf(spec.name());
                GroupEntry entry = path == null ? null : base.table.get(path);
                return acting.managed
                        .check(spec)
                        .compose(ok -> entry == null
                                ? Future.succeededFuture(new Applied<>(true, planned(spec)))
                                : shown.group(entry.path).map(view -> new Applied<>(false, view)));
            }
            return acting.managed.apply(spec).compose(created -> {
                CgroupPath path = acting.managed.pathOf(spec.name());
                if (path == null) {
                    return Future.failedFuture(
                            Problem.of(Problem.Kind.CONFLICT, "group " + spec.name() + " was deleted meanwhile"));
                }
                return acting.waiters
                        .appeared(path, SEEN_WITHIN)
                        .compose(seen -> shown.group(path))
                        .map(v -> new Applied<>(created, v));
            });
        });
    }

    private GroupView planned(GroupSpec spec) {
        CgroupPath parent = Objects.requireNonNull(base.parent, "else the check would have failed");
        return views.planned(parent, spec);
    }

    @Override
    public Future<Void> delete(String group, @Nullable Duration grace, boolean dryRun) {
        return onLoop(() -> {
            String name = named.managedGroup(group);
            if (!dryRun) {
                acting.managed.delete(name, grace).onFailure(e -> logFailure("delete", name, e));
            }
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<GroupView> operate(String group, Operation operation, boolean dryRun) {
        return onLoop(() -> {
            CgroupPath path = named.group(group);
            acting.enforcement.require(path, operation.name().toLowerCase(Locale.ROOT));
            Supplier<Future<Void>> step = switch (operation) {
                case FREEZE -> () -> acting.operations.freeze(path, true);
                case THAW -> () -> acting.operations.freeze(path, false);
                case STOP -> managedStep(group, acting.managed::stop);
                case START -> managedStep(group, acting.managed::start);
                case RESTART -> managedStep(group, acting.managed::restart);
            };
            Future<Void> done = dryRun ? Future.succeededFuture() : step.get();
            return done.compose(ok -> shown.group(path));
        });
    }

    private Supplier<Future<Void>> managedStep(String group, Function<String, Future<Void>> step) {
        String name = named.managedGroup(group);
        return () -> {
            step.apply(name).onFailure(e -> logFailure("operate on", name, e));
            return Future.succeededFuture();
        };
    }

    @Override
    public Future<GroupView> kill(String group, KillRequest request, boolean dryRun) {
        return onLoop(() -> {
            CgroupPath path = named.group(group);
            acting.enforcement.require(path, "kill in");
            // Whoever made the group may remove it as soon as it is empty: then the answer is what it was.
            return shown.group(path)
                    .compose(before -> signal(path, request, dryRun)
                            .compose(ok -> shown.group(path)
                                    .recover(e -> Problem.Kind.NOT_FOUND.is(e)
                                            ? Future.succeededFuture(before)
                                            : Future.failedFuture(e))));
        });
    }

    private Future<Void> signal(CgroupPath path, KillRequest request, boolean dryRun) {
        Integer pid = request.pid();
        if (dryRun) {
            return acting.operations.checkKill(path, pid);
        }
        return pid != null
                ? acting.operations.askToEndProcess(path, pid, request.signal(), request.grace())
                : acting.operations.askToEnd(path, request.signal(), request.grace());
    }

    @Override
    public Future<Long> reclaim(String group, long bytes, boolean dryRun) {
        return onLoop(() -> {
            CgroupPath path = named.group(group);
            acting.enforcement.require(path, "reclaim from");
            return dryRun ? Future.succeededFuture(0L) : acting.operations.reclaim(path, bytes);
        });
    }

    @Override
    public Future<List<ContainerView>> containers(String group) {
        return onLoop(() -> {
            // Others have none, as their own field "containers" says: who reads is not refused.
            String name = named.wholeGroup(group);
            return Future.succeededFuture(name == null ? List.of() : acting.managed.containers(name));
        });
    }

    @Override
    public Future<ContainerView> operateContainer(
            String group, String container, ContainerOperation operation, boolean dryRun) {
        return onLoop(() -> {
            String name = named.managedGroup(group);
            ContainerView before = named.container(name, container);
            if (dryRun) {
                return Future.succeededFuture(before);
            }
            Future<Void> step = switch (operation) {
                case START -> acting.managed.startContainer(name, container);
                case STOP -> acting.managed.stopContainer(name, container);
                case RESTART -> acting.managed.restartContainer(name, container);
            };
            step.onFailure(e -> logFailure("operate on", name + "/" + container, e));
            return Future.succeededFuture(named.container(name, container));
        });
    }

    @Override
    public Future<ContainerView> killContainer(String group, String container, KillRequest request, boolean dryRun) {
        return onLoop(() -> {
            String name = named.managedGroup(group);
            ContainerView before = named.container(name, container);
            CgroupPath path =
                    Objects.requireNonNull(acting.managed.pathOf(name)).child(container);
            Integer pid = request.pid();
            if (dryRun) {
                return acting.operations.checkKill(path, pid).map(before);
            }
            Future<Void> sent = pid == null
                    ? acting.managed.killContainer(name, container, request.signal(), request.grace())
                    : acting.operations.askToEndProcess(path, pid, request.signal(), request.grace());
            return sent.map(ok -> named.container(name, container));
        });
    }

    @Override
    public Future<LogChunk> log(String group, String container, long from, int maxBytes) {
        return onLoop(() -> {
            String name = named.groupOf(group, container);
            return acting.managed.log(name, container, from, maxBytes);
        });
    }

    @Override
    public Future<Long> logTail(String group, String container, long lines) {
        return onLoop(() -> {
            String name = named.groupOf(group, container);
            return acting.managed.logTail(name, container, lines);
        });
    }

    @Override
    public Future<List<PolicyView>> policies() {
        return onLoop(() -> Future.succeededFuture(policies.views()));
    }

    @Override
    public Future<PolicyView> policy(String name) {
        return onLoop(() -> Future.succeededFuture(named.policy(name)));
    }

    @Override
    public Future<Applied<PolicyView>> applyPolicy(PolicySpec spec, boolean dryRun) {
        return onLoop(() -> {
            boolean created = policies.view(spec.name()) == null;
            if (dryRun) {
                return Future.succeededFuture(new Applied<>(created, new PolicyView(spec, "armed", new JsonObject())));
            }
            return policies.apply(spec).map(ok -> new Applied<>(created, named.policy(spec.name())));
        });
    }

    @Override
    public Future<Void> deletePolicy(String name, boolean dryRun) {
        return onLoop(() -> {
            named.policy(name);
            return dryRun ? Future.succeededFuture() : policies.delete(name);
        });
    }

    @Override
    public Future<Page<JsonObject>> decisions(@Nullable String before, int limit) {
        return base.workers.submit(() -> {
            SortedMap<String, JsonObject> found = base.journal.newest(Store.Table.DECISIONS, before, limit + 1);
            List<JsonObject> newestFirst = new ArrayList<>(found.values());
            Collections.reverse(newestFirst);
            if (newestFirst.size() <= limit) {
                return new Page<>(newestFirst, null);
            }
            List<JsonObject> page = newestFirst.subList(0, limit);
            return new Page<>(page, page.get(limit - 1).getString("id"));
        });
    }

    @Override
    public Future<JsonObject> decision(String id) {
        return base.workers.submit(() -> {
            JsonObject found = base.journal.get(Store.Table.DECISIONS, id);
            if (found == null) {
                throw Problem.of(
                        Problem.Kind.NOT_FOUND, "there is no decision " + id + " (kept as long as the journal)");
            }
            return found;
        });
    }

    @Override
    public Future<Map<String, Support>> readiness() {
        return onLoop(() -> Future.succeededFuture(readiness.get()));
    }

    private static void logFailure(String what, String name, Throwable e) {
        LOG.warn("could not {} {}: {}", what, name, e.toString());
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> promise = ((ContextInternal) base.vertx.getOrCreateContext()).promise();
        base.loop.call(work).onComplete(promise);
        return promise.future();
    }
}
