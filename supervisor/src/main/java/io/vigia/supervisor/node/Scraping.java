package io.vigia.supervisor.node;

import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.process.ProcessNetwork;
import io.vigia.metrics.Exposition;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.scrape.BlockDevices;
import io.vigia.supervisor.scrape.GroupSamples;
import io.vigia.supervisor.scrape.PodNames;
import io.vigia.supervisor.scrape.ScrapeGaps;
import io.vigia.supervisor.scrape.Scrapes;
import java.nio.file.Path;

/** What a scrape is read from on this host, and how much of it. */
final class Scraping {
    private static final int SCRAPED_GROUPS = 20_000;
    private static final Path NODE_LOGS = Path.of("/var/log");
    private static final Path SYSFS = Path.of("/sys");

    private Scraping() {}

    static Scrapes of(Base base, ManagedGroups managed, WatchedTree tree) {
        GroupSamples samples = base.closing.later(
                "scraped groups",
                new GroupSamples(
                        base.cgroups.meters(),
                        new ProcessNetwork(base.syscalls),
                        new PodNames(NODE_LOGS),
                        new BlockDevices(SYSFS),
                        new ScrapeGaps(base.counters)));
        return new Scrapes(
                base.vertx,
                base.loop,
                base.table,
                managed,
                samples,
                base.workers,
                new Exposition(base.meters.collectors()),
                base.counters,
                base.clock,
                new Scrapes.Options(SCRAPED_GROUPS, tree::tellsAll, base.cgroups.kind() == HierarchyKind.UNIFIED));
    }
}
