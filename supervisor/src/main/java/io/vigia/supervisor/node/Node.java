package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.inotify.CgroupWatcher;
import io.vigia.kernel.inotify.Inotify;
import io.vigia.kernel.inotify.Observed;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.process.OrphanReaper;
import io.vigia.kernel.process.PidfdWatcher;
import io.vigia.kernel.process.ProcessNetwork;
import io.vigia.kernel.process.ProcessTable;
import io.vigia.kernel.psi.PsiTriggers;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.metrics.Counters;
import io.vigia.metrics.Exposition;
import io.vigia.metrics.Meters;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.action.Webhooks;
import io.vigia.supervisor.api.Backends;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.api.HttpFace;
import io.vigia.supervisor.api.Version;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.engine.EngineParts;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.engine.PlainManagedGroups;
import io.vigia.supervisor.engine.ProcProbe;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupReactor;
import io.vigia.supervisor.group.GroupReader;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.group.MakerNames;
import io.vigia.supervisor.group.StateWaiters;
import io.vigia.supervisor.group.V1Watches;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.SqliteJournal;
import io.vigia.supervisor.lease.Leases;
import io.vigia.supervisor.lease.ManifestLimits;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.process.ChildExits;
import io.vigia.supervisor.process.Orphans;
import io.vigia.supervisor.process.ProcessEvents;
import io.vigia.supervisor.process.ProcessSources;
import io.vigia.supervisor.process.ProcessTrees;
import io.vigia.supervisor.reaction.HostFacts;
import io.vigia.supervisor.reaction.KernelPressure;
import io.vigia.supervisor.reaction.OrderExecutor;
import io.vigia.supervisor.reaction.Policies;
import io.vigia.supervisor.reaction.Rehearsal;
import io.vigia.supervisor.reaction.Surveys;
import io.vigia.supervisor.scrape.BlockDevices;
import io.vigia.supervisor.scrape.GroupSamples;
import io.vigia.supervisor.scrape.PodNames;
import io.vigia.supervisor.scrape.ScrapeGaps;
import io.vigia.supervisor.scrape.Scrapes;
import io.vigia.supervisor.stream.EventHub;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running vigia: everything put together, started in order and let go in order. {@link #start} blocks for the disk and
 * the kernel: call it on a thread of your own.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int WORKERS = 8;
    private static final int QUEUE = 100_000;
    private static final int SCRAPED_GROUPS = 20_000;
    private static final int PROCESSES = 262_144;
    private static final Path NODE_LOGS = Path.of("/var/log");
    private static final Path SYSFS = Path.of("/sys");

    private final EpollKernelLoop loop;
    private final Closing closing;
    private final SqliteJournal journal;
    private final Cgroups cgroups;
    /** Where managed groups are made; {@code null} where nobody said so and none may be. */
    private final @Nullable CgroupPath parent;

    private final EventLog events;
    private final GroupTable table = new GroupTable();
    private final ManagedGroups managed;
    private final Policies policies;
    private final Leases leases;
    private final Opened opened;
    private final GroupReader reader;
    private final GroupReactor reactor;
    private final KernelSources sources;
    /** {@code null} where there is no v2 tree to watch. */
    private final @Nullable CgroupWatcher watcher;

    private final LimitService limits;
    private final GroupWorkers workers;
    private final Enforcement enforcement;
    private final ProcessEvents processEvents;
    private final ProcessSources processSources;
    private final Orphans orphans;
    private final Supervisor supervisor;
    private final HttpFace face;

    private Node(
            Vertx vertx,
            EpollKernelLoop loop,
            Opened opened,
            Config config,
            Version version,
            Meters meters,
            Closing closing) {
        loop.requireInLoop();
        this.loop = loop;
        this.closing = closing;
        InstantSource clock = InstantSource.system();
        Supplier<Moment> now = () -> new Moment(System.nanoTime(), Instant.now());
        this.opened = opened;
        Syscalls syscalls = opened.syscalls();
        cgroups = opened.cgroups();
        CgroupPath below = cgroups.seesOwn() ? cgroups.own().child("vigia") : null;
        parent = config.parent() != null ? config.parent() : below;
        journal = opened.journal();
        Counters counters =
                new Counters(meters.collectors(), version.version(), EventTypes.JOURNALLED, KernelSources.names());
        closing.later("event counter", journal.subscribe(new EventCounting(counters)));
        counters.lost("journal", journal::lost);
        events = new EventLog(journal::append, clock);
        workers = closing.later("workers", new GroupWorkers(vertx, WORKERS, QUEUE));
        Signaller signaller = new Signaller(cgroups, syscalls);
        limits = new LimitService(
                cgroups,
                workers,
                // From the loop, so that an event about a decision follows the decision's own.
                draft -> loop.execute(() -> journal.append(draft)),
                clock,
                HostFacts::swapFreeBytes,
                (path, id, file, ours) -> {
                    if (ours) {
                        counters.limitOverwritten();
                    }
                    loop.execute(() -> drifted(path, id, file));
                });

        StateWaiters waiters = new StateWaiters(loop, table);
        GroupOperations operations = new GroupOperations(loop, cgroups, workers, waiters, signaller, opened.leaseLog());
        leases = new Leases(loop, table, limits, operations, workers, opened.leaseLog(), now, this::leaseEnded);

        PidfdWatcher pidfds = new PidfdWatcher(loop, syscalls, opened.processCalls(), opened.children());
        managed = new PlainManagedGroups(new EngineParts(
                loop,
                cgroups,
                workers,
                new TellingSpawner(opened.spawner(), (pid, path) -> loop.execute(() -> born(pid, path))),
                syscalls,
                signaller,
                new ManifestLimits(leases, limits),
                journal,
                journal,
                new ChildExits(pidfds),
                new ProcProbe(),
                clock,
                parent,
                config.stateDir(),
                new ConfigGrammar()::group));

        enforcement = new Enforcement(
                opened.self(), config.enforce(), config.protect(), path -> managed.managing(path) != null);
        GroupViews.Makers makers = new MakerNames();
        GroupViews views = new GroupViews(table, managed, cgroups, signaller, makers);
        HostFacts host = closing.later("host facts", new HostFacts(syscalls));
        Surveys surveys = new Surveys(loop, table, views, enforcement, cgroups, workers, signaller, host);
        Webhooks webhooks = new Webhooks(vertx);
        OrderExecutor executor = new OrderExecutor(
                loop,
                table,
                operations,
                enforcement,
                leases,
                managed::expectPolicyKill,
                // One receiver may be told by many hosts.
                (target, decision) -> webhooks.post(target, decision.copy().put("node", opened.node())));
        sources = new KernelSources(loop, events, counters);
        PsiTriggers psi = closing.laterOnLoop(loop, "pressure triggers", new PsiTriggers(loop, syscalls, sources));
        KernelPressure pressure = new KernelPressure(loop, cgroups, workers, psi, events);
        Rehearsal rehearsal = closing.later(
                "rehearsal", new Rehearsal(loop, workers, syscalls, cgroups.kind(), host, config.socket()));
        policies = new Policies(
                new Policies.Wiring(
                        loop,
                        table,
                        views,
                        surveys,
                        executor,
                        leases,
                        pressure,
                        journal,
                        opened.kills(),
                        events,
                        new CountedTelemetry(counters),
                        rehearsal::once),
                now,
                Long.toString(clock.millis(), 36));
        pressure.listener(policies);

        watcher = opened.cgroupRoot() == null ? null : watcher(config, opened.cgroupRoot());
        V1Watches v1 = new V1Watches(loop, syscalls, cgroups, workers, watcher, sources);
        GroupSamples samples = closing.later(
                "scraped groups",
                new GroupSamples(
                        cgroups.meters(),
                        new ProcessNetwork(syscalls),
                        new PodNames(NODE_LOGS),
                        new BlockDevices(SYSFS),
                        new ScrapeGaps(counters)));
        Scrapes scrapes = new Scrapes(
                vertx,
                loop,
                table,
                managed,
                samples,
                workers,
                new Exposition(meters.collectors()),
                counters,
                clock,
                new Scrapes.Options(
                        SCRAPED_GROUPS,
                        () -> watcher != null && watcher.support() instanceof Support.Available,
                        cgroups.kind() == HierarchyKind.UNIFIED));
        GroupHooks hooks = new GroupHooks(
                waiters,
                managed,
                policies,
                leases,
                scrapes,
                limits,
                v1,
                enforcement,
                makers,
                cgroups.kind() == HierarchyKind.HYBRID);
        reader = new GroupReader(loop, cgroups, workers);
        reactor = new GroupReactor(loop, table, reader, limits, events, hooks);
        processEvents = new ProcessEvents(
                loop,
                events,
                table,
                new ProcessTable(loop, PROCESSES),
                pidfds,
                managed,
                workers,
                config.processEvents(),
                config.processEventsOfManaged());
        sources.connect(reactor, pressure, processEvents);
        processSources = closing.laterOnLoop(
                loop,
                "process sources",
                new ProcessSources(
                        loop, syscalls, opened.processCalls(), workers, this::processEvent, this::lookAtProcesses));
        pidfds.readFirst(processSources::readNow);
        orphans = closing.laterOnLoop(
                loop,
                "orphans",
                new Orphans(
                        loop,
                        new OrphanReaper(opened.processCalls(), opened.children()),
                        workers,
                        opened.processCalls()::isReaper,
                        processSources::exitsAreTold));

        supervisor = new Supervisor(
                vertx,
                loop,
                new Supervisor.Parts(
                        parent,
                        table,
                        views,
                        operations,
                        waiters,
                        enforcement,
                        managed,
                        limits,
                        leases,
                        policies,
                        new ProcessTrees(loop, cgroups, workers, processEvents::within),
                        workers,
                        journal,
                        this::readiness));
        EventHub hub = closing.later("streams", new EventHub(vertx, journal, opened.node(), clock));
        scrapes.beforeEach(Gauges.register(counters, loop, table, leases, policies, hub, workers));
        face = new HttpFace(
                vertx,
                opened.face(),
                new Backends(supervisor, journal, new HubStreams(vertx, hub), scrapes, new ConfigGrammar(), version),
                loop::inLoop);
    }

    private CgroupWatcher watcher(Config config, Fd root) {
        Syscalls syscalls = opened.syscalls();
        Inotify inotify = closing.laterOnLoop(loop, "inotify", new Inotify(loop, syscalls));
        List<String> observe =
                new ArrayList<>(config.observe().stream().map(Object::toString).toList());
        // What vigia manages it sees, whatever else is observed.
        if (parent != null) {
            observe.add(parent.text());
            observe.add(parent.text() + "/**");
        }
        Observed observed = new Observed(observe);
        return closing.laterOnLoop(
                loop, "cgroup watcher", new CgroupWatcher(loop, syscalls, inotify, root, observed, sources));
    }

    /**
     * Starts everything: what an earlier vigia left is adopted before the first request is answered.
     *
     * @return fails with {@link Problem} where it cannot, with everything closed again
     */
    public static Future<Node> start(Vertx vertx, Config config, Version version, Meters meters) {
        return start(vertx, config, Opening.begin(config), version, meters);
    }

    /** The same, with what was begun to be opened before there was a Vert.x. */
    public static Future<Node> start(Vertx vertx, Config config, Opening opening, Version version, Meters meters) {
        EpollKernelLoop loop = EpollKernelLoop.create(vertx);
        Closing closing = opening.closing();
        return opening.opened()
                .compose(opened -> loop.call(
                        () -> Future.succeededFuture(new Node(vertx, loop, opened, config, version, meters, closing))))
                .compose(node -> node.begin().map(node))
                .recover(e -> closing.all().transform(done -> Future.failedFuture(e)));
    }

    /** What the outer face asks; also for a front end in the same process. */
    public Control control() {
        return supervisor;
    }

    public SqliteJournal journal() {
        return journal;
    }

    /** The TCP port that is listened on. */
    public int port() {
        return face.port();
    }

    /** Runs {@code task} on the kernel loop, now and then again and again as long as the loop turns. */
    public void repeat(Duration every, Runnable task) {
        loop.execute(() -> {
            task.run();
            var unused = loop.schedule(every.toMillis(), () -> repeat(every, task));
        });
    }

    /** Managed groups go on running unless {@code stopThem}; who waits for them is still answered. */
    public Future<Void> stop(boolean stopThem) {
        return loop.call(() -> {
                    events.ofSupervisor(
                            EventTypes.SUPERVISOR_STOPPING,
                            new JsonObject().put("managedGroups", stopThem ? "stopped" : "left running"));
                    return stopThem ? managed.deleteAll() : managed.detach();
                })
                .recover(e -> {
                    LOG.error("not every group could be stopped: {}", e.toString());
                    return Future.succeededFuture();
                })
                .compose(done -> face.close())
                .compose(done -> closing.all());
    }

    private Future<Void> begin() {
        return loop.call(() -> listenThenList()
                .compose(listed -> {
                    reactor.adoptionEnded();
                    return settle();
                })
                .compose(settled -> {
                    opened.policies().forEach(policies::use);
                    events.ofSupervisor(
                            EventTypes.SUPERVISOR_STARTED,
                            new JsonObject()
                                    .put("groups", table.size())
                                    .put("hierarchy", cgroups.kind().apiName())
                                    .put("parent", parent == null ? null : parent.text()));
                    return face.start();
                }));
    }

    // Listening first: what happens during the listing is then told, and nothing falls between the two.
    private Future<Void> listenThenList() {
        processSources.start();
        orphans.start();
        lookAtProcesses();
        return watcher == null
                ? Future.succeededFuture()
                : sources.adopt(watcher).compose(listed -> reader.caughtUp());
    }

    /** Leases and containers of an earlier vigia. Where no tree can be seen nobody knows what became of them: they are left as recorded. */
    private Future<Void> settle() {
        return watcher == null
                ? Future.succeededFuture()
                : leases.restore(opened.leases(), opened.cutOffReclaims()).compose(settled -> managed.adopt());
    }

    /** Applies without the API, for {@code up} and for files of the configuration. */
    public Future<Void> apply(List<GroupSpec> groups, List<PolicySpec> specs) {
        Future<Void> all = Future.succeededFuture();
        for (GroupSpec group : groups) {
            all = all.compose(done -> loop.call(() -> managed.apply(group).mapEmpty()));
        }
        return all.compose(done -> loop.call(() -> {
            specs.forEach(policies::use);
            policies.endInheritance();
            return Future.succeededFuture();
        }));
    }

    /**
     * Brings groups and policies to what {@code groups.d} and {@code policies.d} say, and follows these and the rest of the
     * configuration from here on. Completes when everything of now was applied.
     *
     * @param again reads the configuration as at the start; blocking, called on a worker
     */
    public Future<Void> followConfiguration(Config started, Supplier<ConfigLoader.Loaded> again) {
        return loop.call(() -> {
            Path directory = started.configDirectory();
            Future<Void> applied = directory == null
                    ? Future.succeededFuture()
                    : follow(directory, started, again).reload();
            return applied.onSuccess(done -> policies.endInheritance());
        });
    }

    private ConfigReload follow(Path directory, Config started, Supplier<ConfigLoader.Loaded> again) {
        ConfigReload reload = new ConfigReload(
                new ConfigReload.Parts(loop, opened.syscalls(), workers, events, managed, policies, enforcement, face),
                directory,
                started,
                opened.face().tokens(),
                again);
        closing.laterOnLoop(loop, "configuration watch", reload.watch());
        return reload;
    }

    private void born(int pid, CgroupPath path) {
        processEvents.born(pid, path);
    }

    private void lookAtProcesses() {
        var unused = processEvents.reconcile();
    }

    private void processEvent(KernelEvent event) {
        sources.accept(event);
        if (event instanceof KernelEvent.ProcessExited exited) {
            orphans.exited(exited);
        }
    }

    private void drifted(CgroupPath path, CgroupId id, LimitFile file) {
        leases.drifted(path, id, file);
    }

    private void leaseEnded(LeaseHolder holder, LeaseKey key, String why) {
        policies.leaseEnded(holder, key, why);
    }

    private Map<String, Support> readiness() {
        Map<String, Support> all = new LinkedHashMap<>(opened.host());
        all.put("journal", journal.health());
        if (watcher != null) {
            all.put("inotify", watcher.support());
        }
        processSources.support().forEach((name, support) -> {
            // The doctor's words, where it knows why.
            if (support.usable() || !(all.get(name) instanceof Support.Degraded)) {
                all.put(name, reduced(support));
            }
        });
        return all;
    }

    // Without these sources vigia knows less, but serves: they lower readiness to degraded at most.
    private static Support reduced(Support support) {
        return support instanceof Support.Missing(String cause, String remedy)
                ? new Support.Degraded(cause, remedy)
                : support;
    }
}
