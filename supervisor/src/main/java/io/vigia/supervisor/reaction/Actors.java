package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupReactor;
import io.vigia.supervisor.group.GroupReader;
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
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects that react to the kernel's word, put together as in {@code node.Acting} and {@code node.Deciding} but on a {@link Stage} and
 * telling nobody. Kernel-loop thread only.
 */
final class Actors implements PressureTriggers, Telemetry {
    /** After it something is wrong, and nobody shall wait. */
    private static final int PATIENCE_MILLIS = 60_000;

    private static final PolicySpec PRESSED = policy("{pressure: {resource: cpu, kind: some, above: 10%, window: 2s}}");
    private static final PolicySpec KILLED = policy("{memory_event: {event: oom_kill, count: 1, per: 2s}}");

    private final KernelLoop loop;
    private final GroupWorkers workers;
    private final Stage stage;
    private final GroupTable table = new GroupTable();
    private final Policies policies;
    private final GroupReader reader;
    private final GroupReactor reactor;
    private final Promise<Integer> played = Promise.promise();
    private int wanted;
    private BooleanSupplier over = () -> true;
    private int reactions;
    private Runnable press = () -> {};

    Actors(KernelLoop loop, GroupWorkers workers, Syscalls syscalls, Surveys.Host host, Stage stage) {
        this.loop = loop;
        this.workers = workers;
        this.stage = stage;
        Cgroups cgroups = stage.cgroups;
        for (CgroupPath path : List.of(Stage.TARGET, Stage.VICTIM)) {
            var group = cgroups.open(path).orNull();
            if (group != null) {
                table.put(path, group.id());
            }
        }
        Supplier<Moment> now = () -> new Moment(System.nanoTime(), Instant.now());
        Signaller signaller = new Signaller(cgroups, syscalls);
        LimitService limits = new LimitService(
                cgroups,
                workers,
                draft -> {},
                InstantSource.system(),
                () -> Reading.known(0L),
                (path, id, file, ours) -> {});
        GroupOperations operations =
                new GroupOperations(loop, cgroups, workers, new StateWaiters(loop, table), signaller, stage.leases);
        Leases leases =
                new Leases(loop, table, limits, operations, workers, stage.leases, now, (holder, key, why) -> {});
        // Observed and enforced: what is managed is asked less.
        Enforcement enforcement = new Enforcement(
                cgroups.own(), List.of(Glob.ofPath("/*")), List.of(Glob.ofPath("/nobody")), path -> false);
        LabelledGroups labelled = new NoneManaged();
        Nothing store = new Nothing();
        reader = new GroupReader(loop, cgroups, workers);
        EventLog events = new EventLog(draft -> {}, InstantSource.system());
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
                        events,
                        this,
                        () -> {}),
                now,
                "rehearsal");
        reactor = new GroupReactor(loop, table, reader, limits, events, new Told());
    }

    private static PolicySpec policy(String when) {
        return new ConfigGrammar().policy(String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Policy
            metadata: {name: rehearsal}
            spec:
              target: {path: /target}
              when: %s
              ladder: [{throttle: {victims: {path: /victim}, cpu.max: 50%%}}]
              relief: {below: 5%%, for: 10s}
            """, when));
    }

    /**
     * Each reaction gives back what it leased before the next; every third is to a kill, the others to pressure.
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
        // What is counted is compared with what was.
        notice();
        reader.caughtUp().onSuccess(read -> policies.use(spec()));
        return played.future().onComplete(done -> late.cancel());
    }

    private PolicySpec spec() {
        return reactions % 3 == 2 ? KILLED : PRESSED;
    }

    /** Armed, so that the one before has given back what it leased. */
    @Override
    public void decided(Decision decision) {
        if (decision.kind() == Decision.Kind.ARMED) {
            loop.execute(this::scene);
        }
    }

    private void scene() {
        if (reactions == wanted || over.getAsBoolean()) {
            policies.drop(PRESSED.name());
            played.tryComplete(reactions);
        } else if (spec().equals(KILLED)) {
            kill();
        } else {
            press.run();
        }
    }

    private void kill() {
        GroupEntry target = table.get(Stage.TARGET);
        MemoryEvents before = target == null ? null : target.memoryEvents();
        if (target == null || before == null) {
            played.tryFail("nothing is counted on the stage");
            return;
        }
        policies.memoryEvents(target, before, System.nanoTime());
        int kills = reactions + 1;
        workers.submit(() -> {
                    stage.kills(kills);
                    return null;
                })
                .onSuccess(counted -> loop.execute(this::notice))
                .onFailure(played::tryFail);
    }

    private void notice() {
        GroupEntry target = table.get(Stage.TARGET);
        if (target != null) {
            reactor.fileChanged(
                    new KernelEvent.CgroupFileChanged(target.path, target.id, "memory.events", System.nanoTime()));
        }
    }

    @Override
    public void arm(CgroupPath path, CgroupId id, PressureTrigger trigger) {
        press = () -> policies.pressureCrossed(
                new KernelEvent.PressureCrossed(path, id, trigger, System.nanoTime()), trigger.windowUsec());
    }

    @Override
    public void reacted(long nanos) {
        reactions++;
        loop.execute(() -> {
            policies.drop(PRESSED.name());
            policies.use(spec());
        });
    }

    @Override
    public void disarm(CgroupId id, PressureTrigger trigger) {}

    @Override
    public void policyAdded(String policy) {}

    @Override
    public void policyRemoved(String policy) {}

    @Override
    public void acted(long nanos) {}

    private final class Told implements GroupReactor.Listener {
        @Override
        public boolean actsOnMemoryEvents(GroupEntry entry) {
            return policies.actOnMemoryEvents(entry);
        }

        @Override
        public void memoryEvents(GroupEntry entry, MemoryEvents tree, long nanos) {
            policies.memoryEvents(entry, tree, nanos);
        }
    }

    private static final class NoneManaged implements LabelledGroups {
        @Override
        public Map<String, String> labels(GroupEntry entry) {
            return Map.of();
        }

        @Override
        public boolean isManaged(GroupEntry entry) {
            return false;
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
