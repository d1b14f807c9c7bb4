package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.CpuStat;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.IoStat;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.process.ProcessInfo;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.GroupState;
import io.vigia.supervisor.model.GroupView;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.LogChunk;
import io.vigia.supervisor.model.Page;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.model.ProcessView;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Groups and policies that live in memory alone, with the rules of the contract. Remembers what it was asked for. */
final class MemoryControl implements Control {
    private final Map<String, LimitsView> groups = new TreeMap<>();
    private final Map<String, PolicySpec> policies = new TreeMap<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Support> health = new TreeMap<>();
    private String log = "one\ntwo\n";

    MemoryControl() {
        add("vigia");
        add("vigia/demo");
        add("web.slice/caf\u00e9");
        add("odd/\\xff\\\\name");
        health.put("journal", new Support.Available("wal"));
    }

    synchronized void add(String id) {
        EnumMap<LimitFile, Reading<LimitValue>> values = new EnumMap<>(LimitFile.class);
        for (LimitFile file : LimitFile.values()) {
            values.put(file, Reading.unknown("not here"));
        }
        values.put(LimitFile.CPU_MAX, Reading.known(new LimitValue.CpuQuota(50_000, 100_000)));
        values.put(LimitFile.CPU_WEIGHT, Reading.known(new LimitValue.Weight(100)));
        values.put(LimitFile.MEMORY_HIGH, Reading.known(new LimitValue.Max()));
        values.put(LimitFile.MEMORY_MAX, Reading.known(new LimitValue.Amount(512L << 20)));
        groups.put(id, new LimitsView(values));
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized void health(String name, Support support) {
        health.put(name, support);
    }

    synchronized void appendLog(String more) {
        log += more;
    }

    @Override
    public CgroupPath parent() {
        return new CgroupPath("/vigia");
    }

    @Override
    public synchronized Future<Page<GroupView>> groups(GroupQuery query) {
        List<GroupView> found = new ArrayList<>();
        for (String id : groups.keySet()) {
            if ((query.after() == null || id.compareTo(query.after()) > 0)
                    && (query.managed() == null || query.managed() == managed(id))) {
                if (found.size() == query.limit()) {
                    return Future.succeededFuture(
                            new Page<>(found, found.get(found.size() - 1).path().id()));
                }
                found.add(view(id));
            }
        }
        return Future.succeededFuture(new Page<>(found, null));
    }

    @Override
    public synchronized Future<GroupView> group(String group) {
        return resolve(group).map(this::view);
    }

    private Future<String> resolve(String group) {
        if (groups.containsKey(group)) {
            return Future.succeededFuture(group);
        }
        if (groups.containsKey("vigia/" + group)) {
            return Future.succeededFuture("vigia/" + group);
        }
        return Future.failedFuture(Problem.of(Problem.Kind.NOT_FOUND, "no group '" + group + "'"));
    }

    private static boolean managed(String id) {
        return id.startsWith("vigia/");
    }

    private synchronized GroupView view(String id) {
        CgroupPath path = CgroupPath.ofId(id);
        PressureStall stall = new PressureStall(0.5, 0.1, 0, 12);
        Reading<Pressure> pressure = Reading.known(new Pressure(stall, stall));
        CgroupUsage usage = new CgroupUsage(
                Reading.known(new CpuStat(81_234, 40_000, 41_234, -1, -1, -1)),
                Reading.known(new MemoryStat(7_340_032, 8_000_000, 0, 1_000, 2_000, 500, 0, 0, 0)),
                Reading.known(new MemoryEvents(0, 0, 0, 0, 0, -1)),
                Reading.unknown("v1"),
                Reading.known(3L),
                Reading.known(0L),
                Reading.known(List.of(new IoStat(8, 0, 1, 2, 3, 4))),
                pressure,
                pressure,
                Reading.unknown("no io.pressure"));
        LimitsView limits = groups.get(id);
        return new GroupView(
                path,
                new CgroupId(4711),
                path.name(),
                managed(id),
                managed(id) ? "vigia" : null,
                GroupState.RUNNING,
                Map.of("team", "web"),
                Set.of(Controller.CPU, Controller.MEMORY),
                HierarchyKind.HYBRID,
                limits == null ? new LimitsView(Map.of()) : limits,
                usage,
                3,
                managed(id) ? List.of("web") : List.of(),
                path.parent() == null ? null : path.parent().id(),
                List.of());
    }

    @Override
    public Future<List<ProcessView>> processes(String group) {
        return resolve(group).map(id -> {
            Instant start = Instant.parse("2026-01-01T00:00:00Z");
            ProcessView child = new ProcessView(
                    new ProcessInfo(new ProcessId(12, 6), 11, List.of(12, 2), "sleep", List.of("sleep", "1"), 'S', 1),
                    start,
                    id,
                    11,
                    List.of());
            return List.of(new ProcessView(
                    new ProcessInfo(new ProcessId(11, 5), 1, List.of(11), "sh", List.of("sh"), 'S', 1),
                    start,
                    id,
                    0,
                    List.of(child)));
        });
    }

    @Override
    public synchronized Future<LimitsView> limits(String group) {
        return resolve(group).map(groups::get);
    }

    @Override
    public synchronized Future<LimitsView> changeLimits(String group, LimitChange change) {
        calls.add("limits " + group + " ttl=" + change.ttl() + " force=" + change.force() + " dry=" + change.dryRun());
        return resolve(group).map(id -> {
            LimitsView before = java.util.Objects.requireNonNull(groups.get(id));
            if (change.ifMatch() != null && !change.ifMatch().contains(before.etag())) {
                throw Problem.of(Problem.Kind.PRECONDITION_FAILED, "changed meanwhile");
            }
            Map<LimitFile, LimitValue> values = new EnumMap<>(LimitFile.class);
            change.values().forEach((file, value) -> values.put(file, value.orElse(new LimitValue.Max())));
            if (values.get(LimitFile.MEMORY_MAX) instanceof LimitValue.Amount(long bytes)
                    && bytes < 4096
                    && !change.force()) {
                throw Problem.of(Problem.Kind.WOULD_KILL, "would kill").atFile("memory.max", 16);
            }
            LimitsView after = before.with(values);
            if (!change.dryRun()) {
                groups.put(id, after);
            }
            return after;
        });
    }

    @Override
    public synchronized Future<Applied<GroupView>> apply(GroupSpec spec, boolean dryRun) {
        calls.add("apply " + spec.name() + " dry=" + dryRun);
        String id = "vigia/" + spec.name();
        boolean created = !groups.containsKey(id);
        if (!dryRun) {
            add(id);
        }
        return Future.succeededFuture(new Applied<>(created, view(id)));
    }

    @Override
    public synchronized Future<Void> delete(String group, @Nullable Duration grace, boolean dryRun) {
        calls.add("delete " + group + " grace=" + grace + " dry=" + dryRun);
        return resolve(group).map(id -> {
            if (!dryRun) {
                groups.remove(id);
            }
            return null;
        });
    }

    @Override
    public synchronized Future<GroupView> operate(String group, Operation operation, boolean dryRun) {
        calls.add(operation + " " + group + " dry=" + dryRun);
        return resolve(group).map(this::view);
    }

    @Override
    public synchronized Future<GroupView> kill(String group, KillRequest request, boolean dryRun) {
        calls.add("kill " + group + " " + request.signal() + " " + request.grace() + " " + request.pid() + " dry="
                + dryRun);
        return resolve(group).map(this::view);
    }

    @Override
    public synchronized Future<Long> reclaim(String group, long bytes, boolean dryRun) {
        calls.add("reclaim " + group + " " + bytes + " dry=" + dryRun);
        return resolve(group).map(unused -> bytes / 2);
    }

    @Override
    public Future<List<ContainerView>> containers(String group) {
        return resolve(group).map(id -> List.of(container(id, "web")));
    }

    private static ContainerView container(String group, String name) {
        return new ContainerView(
                group,
                name,
                group + "/" + name,
                11,
                "running",
                Instant.parse("2026-01-01T00:00:00Z"),
                new ExitStatus.Signaled(9, false),
                "oom",
                1,
                null);
    }

    @Override
    public synchronized Future<ContainerView> operateContainer(
            String group, String container, ContainerOperation operation, boolean dryRun) {
        calls.add(operation + " " + group + "/" + container + " dry=" + dryRun);
        return resolve(group).map(id -> container(id, container));
    }

    @Override
    public synchronized Future<ContainerView> killContainer(
            String group, String container, KillRequest request, boolean dryRun) {
        calls.add("kill " + group + "/" + container + " " + request.signal() + " dry=" + dryRun);
        return resolve(group).map(id -> container(id, container));
    }

    @Override
    public synchronized Future<LogChunk> log(String group, String container, long from, int maxBytes) {
        int at = (int) Math.max(0, from);
        return resolve(group)
                .map(id -> new LogChunk(
                        at, Buffer.buffer(log.substring(at, Math.min(log.length(), at + maxBytes))), false));
    }

    @Override
    public synchronized Future<Long> logTail(String group, String container, long lines) {
        long before = Math.max(0, log.lines().count() - lines);
        return resolve(group)
                .map(id -> log.lines()
                        .limit(before)
                        .mapToLong(line -> line.length() + 1L)
                        .sum());
    }

    @Override
    public synchronized Future<List<PolicyView>> policies() {
        return Future.succeededFuture(
                policies.values().stream().map(MemoryControl::view).toList());
    }

    private static PolicyView view(PolicySpec spec) {
        return new PolicyView(spec, "armed", new JsonObject().put("groups", 1));
    }

    @Override
    public synchronized Future<PolicyView> policy(String name) {
        return Optional.ofNullable(policies.get(name))
                .map(spec -> Future.succeededFuture(view(spec)))
                .orElseGet(() -> Future.failedFuture(Problem.of(Problem.Kind.NOT_FOUND, "no policy '" + name + "'")));
    }

    @Override
    public synchronized Future<Applied<PolicyView>> applyPolicy(PolicySpec spec, boolean dryRun) {
        calls.add("policy " + spec.name() + " dry=" + dryRun);
        boolean created = !policies.containsKey(spec.name());
        if (!dryRun) {
            policies.put(spec.name(), spec);
        }
        return Future.succeededFuture(new Applied<>(created, view(spec)));
    }

    @Override
    public synchronized Future<Void> deletePolicy(String name, boolean dryRun) {
        calls.add("delete policy " + name + " dry=" + dryRun);
        return policy(name).map(unused -> {
            if (!dryRun) {
                policies.remove(name);
            }
            return null;
        });
    }

    @Override
    public Future<Page<JsonObject>> decisions(@Nullable String before, int limit) {
        return Future.succeededFuture(new Page<>(List.of(new JsonObject().put("id", "d-1")), null));
    }

    @Override
    public Future<JsonObject> decision(String id) {
        return id.equals("d-1")
                ? Future.succeededFuture(new JsonObject().put("id", "d-1"))
                : Future.failedFuture(Problem.of(Problem.Kind.NOT_FOUND, "no decision '" + id + "'"));
    }

    @Override
    public synchronized Future<Map<String, Support>> readiness() {
        return Future.succeededFuture(Map.copyOf(health));
    }
}
