package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.process.ChildDefaults;
import io.vigia.kernel.process.Children;
import io.vigia.kernel.process.PidfdWatcher;
import io.vigia.kernel.process.PosixSpawner;
import io.vigia.kernel.process.Spawner;
import io.vigia.kernel.sys.JnaProcessCalls;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.config.Manifests;
import io.vigia.supervisor.guest.Patience;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** An engine with all real parts on this host, without the rest of vigia. */
final class EngineHost {
    final PlainManagedGroups groups;
    final Cgroups cgroups;
    final CgroupPath parent;
    final List<JsonObject> events = new CopyOnWriteArrayList<>();

    private final Vertx vertx;
    private final EpollKernelLoop loop;
    private final GroupWorkers workers;
    private final SqliteJournal journal;
    private final PosixSpawner spawner;

    EngineHost(Path stateDir, CgroupPath parent, UnaryOperator<Spawner> around) throws Exception {
        this.parent = parent;
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        loop = EpollKernelLoop.create(vertx);
        JnaSyscalls syscalls = new JnaSyscalls();
        JnaProcessCalls calls = new JnaProcessCalls(syscalls);
        cgroups = Objects.requireNonNull(HostCgroups.open(syscalls).orNull());
        workers = new GroupWorkers(vertx, 8, 10_000);
        journal = SqliteJournal.open(JournalOptions.of(stateDir, "it", Duration.ofDays(1), 64L << 20));
        journal.subscribe(batch -> batch.forEach(this::remember));
        Children children = new Children();
        spawner = new PosixSpawner(syscalls, calls, children, ChildDefaults.ofThisProcess(syscalls.nofileLimit()));
        EngineParts parts = new EngineParts(
                loop,
                cgroups,
                workers,
                around.apply(spawner),
                syscalls,
                new Signaller(cgroups, syscalls),
                unleased(new LimitService(
                        cgroups,
                        workers,
                        journal::append,
                        InstantSource.system(),
                        () -> Reading.known(0L),
                        (path, id, file, ours) -> {})),
                journal,
                journal,
                new PidfdExitWatcher(new PidfdWatcher(loop, syscalls, calls, children)),
                new ProcProbe(),
                InstantSource.system(),
                parent,
                stateDir,
                EngineHost::spec);
        groups = new PlainManagedGroups(parts);
    }

    private static GroupLimits unleased(LimitService limits) {
        return new GroupLimits() {
            @Override
            public Set<LimitFile> leased(CgroupId group) {
                return Set.of();
            }

            @Override
            public Future<LimitsView> change(CgroupPath path, CgroupId group, LimitChange change, String by) {
                return limits.change(path, change, by, LimitService.BeforeWrite.NOTHING);
            }
        };
    }

    /** @param containers the list {@code spec.containers}, in YAML's flow style */
    static String manifest(String name, String limits, String containers) {
        return "apiVersion: vigia.io/v1\nkind: Group\nmetadata: {name: " + name + "}\nspec: {limits: " + limits
                + ", containers: " + containers + "}\n";
    }

    static GroupSpec spec(String text) {
        Manifests.Result result = Manifests.parse("test.yaml", text);
        if (result.groups().size() != 1) {
            throw new IllegalArgumentException("not a manifest: " + result.diagnostics() + "\n" + text);
        }
        return result.groups().getFirst();
    }

    private void remember(Event event) {
        events.add(new JsonObject(event.json()));
    }

    /** Events of one type about one container, as their data. */
    List<JsonObject> events(String type, String container) {
        return events.stream()
                .filter(e -> e.getString("type").equals("io.vigia." + type))
                .map(e -> e.getJsonObject("data"))
                .filter(d -> container.equals(d.getString("container")))
                .toList();
    }

    /** Runs on the loop and waits for the result. */
    <T> T run(Supplier<Future<T>> step) throws Exception {
        return loop.call(step).toCompletionStage().toCompletableFuture().get(Patience.seconds(60), TimeUnit.SECONDS);
    }

    ContainerView container(String group, String name) throws Exception {
        return run(() -> Future.succeededFuture(groups.containers(group))).stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    void apply(String manifest) throws Exception {
        run(() -> groups.apply(spec(manifest)));
    }

    String log(String group, String container) throws Exception {
        return run(() -> groups.log(group, container, 0, 1 << 20)).bytes().toString();
    }

    /** Deletes all that it made. */
    void close() throws Exception {
        try {
            run(groups::deleteAll);
        } finally {
            release();
        }
    }

    private void release() throws Exception {
        workers.close();
        journal.close();
        spawner.close();
        cgroups.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(Patience.seconds(10), TimeUnit.SECONDS);
    }
}
