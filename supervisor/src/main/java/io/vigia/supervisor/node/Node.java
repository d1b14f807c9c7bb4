package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.metrics.Meters;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.api.Version;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.group.MakerNames;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.SqliteJournal;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.scrape.Scrapes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running vigia: everything put together, started in order and let go in order. {@link #start} blocks for the disk and
 * the kernel: call it on a thread of your own.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final Base base;
    private final Acting acting;
    private final Deciding deciding;
    private final Listening listening;
    private final Answering answering;

    /** What is made later is closed earlier. The two callbacks lead back to what is made later, and are called when it is there. */
    private Node(Base base) {
        this.base = base;
        acting = new Acting(base, this::born, this::leaseEnded);
        GroupViews.Makers makers = new MakerNames();
        GroupViews views = new GroupViews(base.table, acting.managed, base.cgroups, acting.signaller, makers);
        deciding = new Deciding(base, acting, views);
        WatchedTree tree = WatchedTree.of(base);
        Scrapes scrapes = Scraping.of(base, acting.managed, tree);
        listening = new Listening(base, acting, deciding, tree, scrapes, makers);
        answering = new Answering(base, acting, deciding.policies, views, listening, scrapes);
    }

    private void born(int pid, CgroupPath path) {
        base.loop.execute(() -> listening.processEvents.born(pid, path));
    }

    private void leaseEnded(LeaseHolder holder, LeaseKey key, String why) {
        deciding.policies.leaseEnded(holder, key, why);
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
                .compose(opened -> loop.call(() -> Future.succeededFuture(
                        new Node(new Base(vertx, loop, opened, config, version, meters, closing)))))
                .compose(node -> node.begin().map(node))
                .recover(e -> closing.all().transform(done -> Future.failedFuture(e)));
    }

    /** What the outer face asks; also for a front end in the same process. */
    public Control control() {
        return answering.control;
    }

    public SqliteJournal journal() {
        return base.journal;
    }

    /** The TCP port that is listened on. */
    public int port() {
        return answering.face.port();
    }

    /** Runs {@code task} on the kernel loop, now and then again and again as long as the loop turns. */
    public void repeat(Duration every, Runnable task) {
        base.loop.execute(() -> {
            task.run();
            var unused = base.loop.schedule(every.toMillis(), () -> repeat(every, task));
        });
    }

    /** Managed groups go on running unless {@code stopThem}; who waits for them is still answered. */
    public Future<Void> stop(boolean stopThem) {
        return base.loop
                .call(() -> {
                    base.events.ofSupervisor(
                            EventTypes.SUPERVISOR_STOPPING,
                            new JsonObject().put("managedGroups", stopThem ? "stopped" : "left running"));
                    return stopThem ? acting.managed.deleteAll() : acting.managed.detach();
                })
                .recover(e -> {
                    LOG.error("not every group could be stopped: {}", e.toString());
                    return Future.succeededFuture();
                })
                .compose(done -> answering.face.close())
                .compose(done -> base.closing.all());
    }

    private Future<Void> begin() {
        return base.loop.call(() -> listening
                .begin()
                .compose(listed -> settle())
                .compose(settled -> {
                    base.opened.policies().forEach(deciding.policies::use);
                    base.events.ofSupervisor(
                            EventTypes.SUPERVISOR_STARTED,
                            new JsonObject()
                                    .put("groups", base.table.size())
                                    .put("hierarchy", base.cgroups.kind().apiName())
                                    .put("parent", base.parent == null ? null : base.parent.text()));
                    return answering.face.start();
                }));
    }

    /** Leases and containers of an earlier vigia. Where no tree can be seen nobody knows what became of them: they are left as recorded. */
    private Future<Void> settle() {
        return listening.tree.watcher() == null
                ? Future.succeededFuture()
                : acting.leases
                        .restore(base.opened.leases(), base.opened.cutOffReclaims())
                        .compose(settled -> acting.managed.adopt());
    }

    /** Applies without the API, for {@code up} and for files of the configuration. */
    public Future<Void> apply(List<GroupSpec> groups, List<PolicySpec> specs) {
        Future<Void> all = Future.succeededFuture();
        for (GroupSpec group : groups) {
            all = all.compose(
                    done -> base.loop.call(() -> acting.managed.apply(group).mapEmpty()));
        }
        return all.compose(done -> base.loop.call(() -> {
            specs.forEach(deciding.policies::use);
            deciding.policies.endInheritance();
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
        return base.loop.call(() -> {
            Path directory = started.configDirectory();
            Future<Void> applied = directory == null
                    ? Future.succeededFuture()
                    : follow(directory, started, again).reload();
            return applied.onSuccess(done -> deciding.policies.endInheritance());
        });
    }

    private ConfigReload follow(Path directory, Config started, Supplier<ConfigLoader.Loaded> again) {
        ConfigReload reload = new ConfigReload(
                new ConfigReload.Parts(
                        base.loop,
                        base.opened.syscalls(),
                        base.workers,
                        base.events,
                        acting.managed,
                        deciding.policies,
                        acting.enforcement,
                        answering.face),
                directory,
                started,
                base.opened.face().tokens(),
                again);
        base.closing.laterOnLoop(base.loop, "configuration watch", reload.watch());
        return reload;
    }
}
