package io.vigia.supervisor.node;

import io.vertx.core.Vertx;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.metrics.Counters;
import io.vigia.metrics.Meters;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.api.Version;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.SqliteJournal;
import io.vigia.supervisor.policy.Moment;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every other piece of a node is made with: what was opened, the loop and the workers, the way in for what the kernel
 * tells and the way out to the journal. Made on the kernel loop, as all pieces are.
 */
final class Base {
    private static final int WORKERS = 8;
    private static final int QUEUE = 100_000;

    final Vertx vertx;
    final EpollKernelLoop loop;
    final Opened opened;
    final Syscalls syscalls;
    final Cgroups cgroups;
    final SqliteJournal journal;
    final Config config;
    /** Where managed groups are made; {@code null} where nobody said so and none may be. */
    final @Nullable CgroupPath parent;

    final Version version;
    final Meters meters;
    final Closing closing;
    final InstantSource clock = InstantSource.system();
    final Supplier<Moment> now = () -> new Moment(System.nanoTime(), Instant.now());
    final GroupTable table = new GroupTable();
    final Counters counters;
    final EventLog events;
    final KernelSources sources;
    final GroupWorkers workers;

    Base(
            Vertx vertx,
            EpollKernelLoop loop,
            Opened opened,
            Config config,
            Version version,
            Meters meters,
            Closing closing) {
        loop.requireInLoop();
        this.vertx = vertx;
        this.loop = loop;
        this.opened = opened;
        this.syscalls = opened.syscalls();
        this.cgroups = opened.cgroups();
        this.journal = opened.journal();
        this.config = config;
        this.version = version;
        this.meters = meters;
        this.closing = closing;
        CgroupPath below = cgroups.seesOwn() ? cgroups.own().child("vigia") : null;
        parent = config.parent() != null ? config.parent() : below;
        counters = new Counters(meters.collectors(), version.version(), EventTypes.JOURNALLED, KernelSources.names());
        closing.later("event counter", journal.subscribe(new EventCounting(counters)));
        counters.lost("journal", journal::lost);
        events = new EventLog(journal::append, clock);
        sources = new KernelSources(loop, events, counters);
        workers = closing.later("workers", new GroupWorkers(vertx, WORKERS, QUEUE));
    }
}
