package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.inotify.CgroupWatcher;
import io.vigia.kernel.process.OrphanReaper;
import io.vigia.kernel.process.ProcessTable;
import io.vigia.supervisor.group.GroupReactor;
import io.vigia.supervisor.group.GroupReader;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.process.Orphans;
import io.vigia.supervisor.process.ProcessEvents;
import io.vigia.supervisor.process.ProcessSources;
import io.vigia.supervisor.scrape.Scrapes;

/** What hears of groups and processes and makes state and events of it. Kernel-loop thread only. */
final class Listening {
    private static final int PROCESSES = 262_144;

    private final Base base;
    final WatchedTree tree;
    private final GroupReader reader;
    private final GroupReactor reactor;
    final ProcessEvents processEvents;
    final ProcessSources processSources;
    private final Orphans orphans;

    Listening(
            Base base, Acting acting, Deciding deciding, WatchedTree tree, Scrapes scrapes, GroupViews.Makers makers) {
        this.base = base;
        this.tree = tree;
        GroupHooks hooks = new GroupHooks(
                acting.waiters,
                acting.managed,
                deciding.policies,
                acting.leases,
                scrapes,
                acting.limits,
                tree.v1(),
                acting.enforcement,
                makers,
                base.cgroups.kind() == HierarchyKind.HYBRID);
        reader = new GroupReader(base.loop, base.cgroups, base.workers);
        reactor = new GroupReactor(base.loop, base.table, reader, acting.limits, base.events, hooks);
        processEvents = new ProcessEvents(
                base.loop,
                base.events,
                base.table,
                new ProcessTable(base.loop, PROCESSES),
                acting.pidfds,
                acting.managed,
                base.workers,
                base.config.processEvents(),
                base.config.processEventsOfManaged());
        base.sources.connect(reactor, deciding.pressure, processEvents);
        processSources = base.closing.laterOnLoop(
                base.loop,
                "process sources",
                new ProcessSources(
                        base.loop,
                        base.syscalls,
                        base.opened.processCalls(),
                        base.workers,
                        this::processEvent,
                        this::lookAtProcesses));
        acting.pidfds.readFirst(processSources::readNow);
        orphans = base.closing.laterOnLoop(
                base.loop,
                "orphans",
                new Orphans(
                        base.loop,
                        new OrphanReaper(base.opened.processCalls(), base.opened.children()),
                        base.workers,
                        base.opened.processCalls()::isReaper,
                        processSources::exitsAreTold));
    }

    /** Completes when all groups that are there have been read; what is made after that is news. */
    Future<Void> begin() {
        return listenThenList().compose(listed -> {
            reactor.adoptionEnded();
            return Future.succeededFuture();
        });
    }

    // Listening first: what happens during the listing is then told, and nothing falls between the two.
    private Future<Void> listenThenList() {
        processSources.start();
        orphans.start();
        lookAtProcesses();
        CgroupWatcher watcher = tree.watcher();
        return watcher == null
                ? Future.succeededFuture()
                : base.sources.adopt(watcher).compose(listed -> reader.caughtUp());
    }

    private void lookAtProcesses() {
        var unused = processEvents.reconcile();
    }

    private void processEvent(KernelEvent event) {
        base.sources.accept(event);
        if (event instanceof KernelEvent.ProcessExited exited) {
            orphans.exited(exited);
        }
    }
}
