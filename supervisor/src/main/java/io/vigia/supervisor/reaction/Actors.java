package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.LabelledGroups;
import io.vigia.supervisor.group.StateWaiters;
import io.vigia.supervisor.journal.Store;
import io.vigia.supervisor.lease.Leases;
import io.vigia.supervisor.policy.Decision;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects that react to the kernel's word, put together as in {@code node.Node} but on a {@link Stage} and telling nobody. Kernel-loop
 * thread only.
 */
final class Actors implements PressureTriggers, Telemetry {
    /** After it something is wrong, and nobody shall wait. */
    private static final int PATIENCE_MILLIS = 60_000;

    private static final PolicySpec SPEC = new ConfigGrammar().policy("""
        apiVersion: vigia.io/v1
        kind: Policy
        metadata: {name: rehearsal}
        spec:
          target: {path: /target}
          when: {pressure: {resource: cpu, kind: some, above: 10%, window: 2s}}
          ladder: [{throttle: {victims: {path: /victim}, cpu.max: 50%}}]
          relief: {below: 5%, for: 10s}
        """);

    private final KernelLoop loop;
    private final Policies policies;
    private final Promise<Integer> played = Promise.promise();
    private int wanted;
    private BooleanSupplier over = () -> true;
    private int reactions;

    Actors(KernelLoop loop, GroupWorkers workers, Syscalls syscalls, Surveys.Host host, Stage stage) {
        this.loop = loop;
        Cgroups cgroups = stage.cgroups;
        GroupTable table = new GroupTable();
        for (CgroupPath path : List.of(Stage.TARGET, Stage.VICTIM)) {
            var group = cgroups.open(path).orNull();
            if (group != null) {
                table.put(path, group.id());
            }
        }
        Supplier<Moment> now = () -> new Moment(System.nanoTime(), Instant.now());
        Signaller signaller = new Signaller(cgroups, syscalls);
        LimitService limits = new LimitService(
                cgroups, workers, draft -> {}, InstantSource.system(), () -> 0L, (path, id, file) -> {});
        GroupOperations operations =
                new GroupOperations(loop, cgroups, workers, new StateWaiters(loop, table), signaller, stage.leases);
        Leases leases =
                new Leases(loop, table, limits, operations, workers, stage.leases, now, (holder, key, why) -> {});
        Enforcement enforcement = new Enforcement(cgroups.own(), List.of(), List.of(), path -> true);
        LabelledGroups labelled = new AllManaged();
        Nothing store = new Nothing();
        policies = new Policies(
                new Policies.Wiring(
                        loop,
                        table,
                        labelled,
                        new Surveys(loop, table, labelled, enforcement, cgroups, workers, signaller, host),
                        new OrderExecutor(
                                loop,
                                table,
                                operations,
                                enforcement,
                                leases,
                                path -> {},
                                (target, body) -> Future.succeededFuture("")),
                        leases,
                        this,
                        store,
                        new KillHistory(store, null, Map.of()),
                        new EventLog(draft -> {}, InstantSource.system()),
                        this,
                        () -> {}),
                now,
                "rehearsal");
    }

    /**
     * Each reaction gives back what it leased before the next.
     *
     * @param enough asked between two of them
     * @return how many there were
     */
    Future<Integer> play(int times, BooleanSupplier enough) {
        loop.requireInLoop();
        wanted = times;
        over = enough;
        KernelLoop.Timer late = loop.schedule(
                PATIENCE_MILLIS, () -> played.tryFail("only " + reactions + " of " + times + " came to an end"));
        policies.use(SPEC);
        return played.future().onComplete(done -> late.cancel());
    }

    @Override
    public void arm(CgroupPath path, CgroupId id, PressureTrigger trigger) {
        loop.execute(() -> {
            if (reactions == wanted || over.getAsBoolean()) {
                policies.drop(SPEC.name());
                played.tryComplete(reactions);
            } else {
                policies.pressureCrossed(
                        new KernelEvent.PressureCrossed(path, id, trigger, System.nanoTime()), trigger.windowUsec());
            }
        });
    }

    @Override
    public void reacted(long nanos) {
        reactions++;
        loop.execute(() -> {
            policies.drop(SPEC.name());
            policies.use(SPEC);
        });
    }

    @Override
    public void disarm(CgroupId id, PressureTrigger trigger) {}

    @Override
    public void policyAdded(String policy) {}

    @Override
    public void policyRemoved(String policy) {}

    @Override
    public void decided(Decision decision) {}

    @Override
    public void acted(long nanos) {}

    private static final class AllManaged implements LabelledGroups {
        @Override
        public Map<String, String> labels(GroupEntry entry) {
            return Map.of();
        }

        @Override
        public boolean isManaged(GroupEntry entry) {
            return true;
        }
    }

    private static final class Nothing implements Store {
        @Override
        public Future<Void> put(Table table, String key, JsonObject value) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> delete(Table table, String key) {
            return Future.succeededFuture();
        }

        @Override
        public SortedMap<String, JsonObject> load(Table table) {
            return new TreeMap<>();
        }

        @Override
        public SortedMap<String, JsonObject> newest(Table table, @Nullable String before, int limit) {
            return new TreeMap<>();
        }
    }
}
