package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.group.StateWaiters;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.lease.Leases;
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

    private final Vertx vertx;
    private final KernelLoop loop;
    private final Parts parts;

    Supervisor(Vertx vertx, KernelLoop loop, Parts parts) {
        this.vertx = vertx;
        this.loop = loop;
        this.parts = parts;
    }

    /** What it is put together from. */
    record Parts(
            @Nullable CgroupPath parent,
            GroupTable table,
            GroupViews views,
            GroupOperations operations,
            StateWaiters waiters,
            Enforcement enforcement,
            ManagedGroups managed,
            LimitService limits,
            Leases leases,
            Policies policies,
            ProcessTrees processes,
            GroupWorkers workers,
            Store store,
            Supplier<Map<String, Support>> readiness) {}

    @Override
    public @Nullable CgroupPath parent() {
        return parts.parent;
    }

    @Override
    public Future<Page<GroupView>> groups(GroupQuery query) {
        Glob glob = query.path() == null ? null : Glob.ofPath(query.path());
        return onLoop(() -> {
            List<GroupViews.Known> page = new ArrayList<>();
            String next = null;
            for (GroupEntry entry : parts.table.after(query.after() == null ? null : CgroupPath.ofId(query.after()))) {
                if (glob != null && !glob.matches(entry.path.text())) {
                    continue;
                }
                GroupViews.Known known = parts.views.known(entry);
                if (!selected(known, query)) {
                    continue;
                }
                if (page.size() == query.limit()) {
                    next = page.get(page.size() - 1).path().id();
                    break;
                }
                page.add(known);
            }
            String token = next;
            return parts.workers.submit(() -> {
                List<GroupView> views = new ArrayList<>(page.size());
                for (GroupViews.Known known : page) {
                    GroupView view = parts.views.read(known);
                    if (view != null) {
                        views.add(view);
                    }
                }
                return new Page<>(views, token);
            });
        });
    }

    private static boolean selected(GroupViews.Known known, GroupQuery query) {
        if (query.managed() != null && query.managed() != known.managed()) {
            return false;
        }
        return query.labels() == null
                || known.labels().entrySet().containsAll(query.labels().entrySet());
    }

    @Override
    public Future<GroupView> group(String group) {
        return onLoop(() -> view(resolve(group)));
    }

    @Override
    public Future<List<ProcessView>> processes(String group) {
        return onLoop(() -> parts.processes.of(resolve(group)));
    }

    @Override
    public Future<LimitsView> limits(String group) {
        return onLoop(() -> parts.limits.read(resolve(group)));
    }

    @Override
    public Future<LimitsView> changeLimits(String group, LimitChange change) {
        return onLoop(() -> {
            CgroupPath path = resolve(group);
            parts.enforcement.require(path, "change limits of");
            return parts.leases.taking().change(path, change, "api");
        });
    }

    @Override
    public Future<Applied<GroupView>> apply(GroupSpec spec, boolean dryRun) {
        return onLoop(() -> {
            if (dryRun) {
                CgroupPath path = parts.managed.pathOf(spec.name());
                GroupEntry entry = path == null ? null : parts.table.get(path);
                return parts.managed
                        .check(spec)
                        .compose(ok -> entry == null
                                ? Future.succeededFuture(new Applied<>(true, planned(spec)))
                                : view(entry.path).map(view -> new Applied<>(false, view)));
            }
            return parts.managed.apply(spec).compose(created -> {
                CgroupPath path = parts.managed.pathOf(spec.name());
                if (path == null) {
                    return Future.failedFuture(
                            Problem.of(Problem.Kind.CONFLICT, "group " + spec.name() + " was deleted meanwhile"));
                }
                return parts.waiters
                        .appeared(path, SEEN_WITHIN)
                        .compose(seen -> view(path))
                        .map(v -> new Applied<>(created, v));
            });
        });
    }

    private GroupView planned(GroupSpec spec) {
        CgroupPath parent = Objects.requireNonNull(parts.parent, "else the check would have failed");
        return parts.views.planned(parent, spec);
    }

    @Override
    public Future<Void> delete(String group, @Nullable Duration grace, boolean dryRun) {
        return onLoop(() -> {
            String name = requireManaged(group);
            if (!dryRun) {
                parts.managed.delete(name, grace).onFailure(e -> logFailure("delete", name, e));
            }
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<GroupView> operate(String group, Operation operation, boolean dryRun) {
        return onLoop(() -> {
            CgroupPath path = resolve(group);
            parts.enforcement.require(path, operation.name().toLowerCase(Locale.ROOT));
            Supplier<Future<Void>> step = switch (operation) {
                case FREEZE -> () -> parts.operations.freeze(path, true);
                case THAW -> () -> parts.operations.freeze(path, false);
                case STOP -> managedStep(group, parts.managed::stop);
                case START -> managedStep(group, parts.managed::start);
                case RESTART -> managedStep(group, parts.managed::restart);
            };
            Future<Void> done = dryRun ? Future.succeededFuture() : step.get();
            return done.compose(ok -> view(path));
        });
    }

    private Supplier<Future<Void>> managedStep(String group, Function<String, Future<Void>> step) {
        String name = requireManaged(group);
        return () -> {
            step.apply(name).onFailure(e -> logFailure("operate on", name, e));
            return Future.succeededFuture();
        };
    }

    @Override
    public Future<GroupView> kill(String group, KillRequest request, boolean dryRun) {
        return onLoop(() -> {
            CgroupPath path = resolve(group);
            parts.enforcement.require(path, "kill in");
            // Whoever made the group may remove it as soon as it is empty: then the answer is what it was.
            return view(path)
                    .compose(before -> signal(path, request, dryRun)
                            .compose(ok -> view(path)
                                    .recover(e -> Problem.Kind.NOT_FOUND.is(e)
                                            ? Future.succeededFuture(before)
                                            : Future.failedFuture(e))));
        });
    }

    private Future<Void> signal(CgroupPath path, KillRequest request, boolean dryRun) {
        Integer pid = request.pid();
        if (dryRun) {
            return parts.operations.checkKill(path, pid);
        }
        return pid != null
                ? parts.operations.askToEndProcess(path, pid, request.signal(), request.grace())
                : parts.operations.askToEnd(path, request.signal(), request.grace());
    }

    @Override
    public Future<Long> reclaim(String group, long bytes, boolean dryRun) {
        return onLoop(() -> {
            CgroupPath path = resolve(group);
            parts.enforcement.require(path, "reclaim from");
            return dryRun ? Future.succeededFuture(0L) : parts.operations.reclaim(path, bytes);
        });
    }

    @Override
    public Future<List<ContainerView>> containers(String group) {
        return onLoop(() -> Future.succeededFuture(parts.managed.containers(requireManaged(group))));
    }

    @Override
    public Future<ContainerView> operateContainer(
            String group, String container, ContainerOperation operation, boolean dryRun) {
        return onLoop(() -> {
            String name = requireManaged(group);
            ContainerView before = container(name, container);
            if (dryRun) {
                return Future.succeededFuture(before);
            }
            Future<Void> step = switch (operation) {
                case START -> parts.managed.startContainer(name, container);
                case STOP -> parts.managed.stopContainer(name, container);
                case RESTART -> parts.managed.restartContainer(name, container);
            };
            step.onFailure(e -> logFailure("operate on", name + "/" + container, e));
            return Future.succeededFuture(container(name, container));
        });
    }

    @Override
    public Future<ContainerView> killContainer(String group, String container, KillRequest request, boolean dryRun) {
        return onLoop(() -> {
            String name = requireManaged(group);
            ContainerView before = container(name, container);
            CgroupPath path = Objects.requireNonNull(parts.managed.pathOf(name)).child(container);
            Integer pid = request.pid();
            if (dryRun) {
                return parts.operations.checkKill(path, pid).map(before);
            }
            Future<Void> sent = pid == null
                    ? parts.managed.killContainer(name, container, request.signal(), request.grace())
                    : parts.operations.askToEndProcess(path, pid, request.signal(), request.grace());
            return sent.map(ok -> container(name, container));
        });
    }

    @Override
    public Future<LogChunk> log(String group, String container, long from, int maxBytes) {
        return onLoop(() -> {
            String name = requireManaged(group);
            container(name, container);
            return parts.managed.log(name, container, from, maxBytes);
        });
    }

    @Override
    public Future<Long> logTail(String group, String container, long lines) {
        return onLoop(() -> {
            String name = requireManaged(group);
            container(name, container);
            return parts.managed.logTail(name, container, lines);
        });
    }

    @Override
    public Future<List<PolicyView>> policies() {
        return onLoop(() -> Future.succeededFuture(parts.policies.views()));
    }

    @Override
    public Future<PolicyView> policy(String name) {
        return onLoop(() -> Future.succeededFuture(requirePolicy(name)));
    }

    @Override
    public Future<Applied<PolicyView>> applyPolicy(PolicySpec spec, boolean dryRun) {
        return onLoop(() -> {
            boolean created = parts.policies.view(spec.name()) == null;
            if (dryRun) {
                return Future.succeededFuture(new Applied<>(created, new PolicyView(spec, "armed", new JsonObject())));
            }
            return parts.policies.apply(spec).map(ok -> new Applied<>(created, requirePolicy(spec.name())));
        });
    }

    @Override
    public Future<Void> deletePolicy(String name, boolean dryRun) {
        return onLoop(() -> {
            requirePolicy(name);
            return dryRun ? Future.succeededFuture() : parts.policies.delete(name);
        });
    }

    @Override
    public Future<Page<JsonObject>> decisions(@Nullable String before, int limit) {
        return parts.workers.submit(() -> {
            SortedMap<String, JsonObject> found = parts.store.newest(Store.Table.DECISIONS, before, limit + 1);
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
        return parts.workers.submit(() -> {
            JsonObject found = parts.store.get(Store.Table.DECISIONS, id);
            if (found == null) {
                throw Problem.of(
                        Problem.Kind.NOT_FOUND, "there is no decision " + id + " (kept as long as the journal)");
            }
            return found;
        });
    }

    @Override
    public Future<Map<String, Support>> readiness() {
        return onLoop(() -> Future.succeededFuture(parts.readiness.get()));
    }

    private Future<GroupView> view(CgroupPath path) {
        GroupEntry entry = parts.table.get(path);
        if (entry == null) {
            return Future.failedFuture(notFound(path.id()));
        }
        GroupViews.Known known = parts.views.known(entry);
        return parts.workers.submit(() -> {
            GroupView view = parts.views.read(known);
            if (view == null) {
                throw notFound(path.id());
            }
            return view;
        });
    }

    private CgroupPath resolve(String group) {
        CgroupPath path;
        try {
            path = CgroupPath.ofId(group);
        } catch (IllegalArgumentException e) {
            throw Problem.of(Problem.Kind.INVALID, String.valueOf(e.getMessage()))
                    .atField("id");
        }
        if (parts.table.get(path) != null) {
            return path;
        }
        CgroupPath ofName = parts.managed.pathOf(group);
        if (ofName != null) {
            return ofName;
        }
        throw notFound(group);
    }

    private String requireManaged(String group) {
        CgroupPath path = resolve(group);
        String name = parts.managed.managing(path);
        if (name != null && !path.equals(parts.managed.pathOf(name))) {
            throw Problem.of(
                    Problem.Kind.CONFLICT,
                    group + " is a part of the managed group '" + name
                            + "': only as a whole, by that name, can it be started,"
                            + " stopped or deleted, or asked for its containers");
        }
        if (name == null) {
            throw Problem.of(
                    Problem.Kind.CONFLICT,
                    group + " is observed, not managed: vigia did not make it from a manifest, so it has no containers"
                            + " that could be started, stopped or deleted here");
        }
        return name;
    }

    private ContainerView container(String name, String container) {
        return parts.managed.containers(name).stream()
                .filter(view -> view.name().equals(container))
                .findFirst()
                .orElseThrow(() ->
                        Problem.of(Problem.Kind.NOT_FOUND, "group " + name + " has no container '" + container + "'"));
    }

    private PolicyView requirePolicy(String name) {
        PolicyView view = parts.policies.view(name);
        if (view == null) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "there is no policy '" + name + "'");
        }
        return view;
    }

    private static Problem notFound(String id) {
        return Problem.of(
                Problem.Kind.NOT_FOUND,
                "there is no group '" + id
                        + "': neither the path, without its first slash, of a cgroup that 'observe' names, nor a"
                        + " managed group's name");
    }

    private static void logFailure(String what, String name, Throwable e) {
        LOG.warn("could not {} {}: {}", what, name, e.toString());
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        loop.call(work).onComplete(promise);
        return promise.future();
    }
}
