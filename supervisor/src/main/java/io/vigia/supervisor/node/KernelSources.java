package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.inotify.CgroupWatcher;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.metrics.Counters;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupReactor;
import io.vigia.supervisor.process.ProcessEvents;
import io.vigia.supervisor.reaction.KernelPressure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands every kernel event to the one who turns it into state. Kernel-loop thread only. */
final class KernelSources implements Consumer<KernelEvent> {
    private final KernelLoop loop;
    private final Losses losses;
    private final Counters counters;
    private @Nullable CgroupWatcher watcher;
    private @Nullable GroupReactor reactor;
    private @Nullable KernelPressure pressure;
    private @Nullable ProcessEvents processes;

    KernelSources(KernelLoop loop, EventLog events, Counters counters) {
        this.loop = loop;
        this.losses = new Losses(loop, events);
        this.counters = counters;
    }

    /** What sources are called in events and metrics. */
    static List<String> names() {
        return Arrays.stream(KernelEvent.Source.values())
                .map(KernelSources::name)
                .toList();
    }

    private static String name(KernelEvent.Source source) {
        return source.name().toLowerCase(Locale.ROOT);
    }

    void connect(GroupReactor toReactor, KernelPressure toPressure, ProcessEvents toProcesses) {
        reactor = toReactor;
        pressure = toPressure;
        processes = toProcesses;
    }

    /** Lists the tree; completes when all that is there was handed on. */
    Future<Void> adopt(CgroupWatcher tree) {
        loop.requireInLoop();
        watcher = tree;
        Promise<Void> settled = Promise.promise();
        tree.start(settled::complete);
        return settled.future();
    }

    @Override
    public void accept(KernelEvent event) {
        loop.requireInLoop();
        GroupReactor groups = reactor;
        KernelPressure stalls = pressure;
        ProcessEvents tasks = processes;
        if (groups == null || stalls == null || tasks == null) {
            throw new IllegalStateException("connected too late: " + event);
        }
        switch (event) {
            case KernelEvent.CgroupCreated e -> groups.created(e);
            case KernelEvent.CgroupRemoved e -> groups.removed(e);
            case KernelEvent.CgroupFileChanged e -> groups.fileChanged(e);
            case KernelEvent.MemoryOomNotified e -> groups.oomNotified(e);
            case KernelEvent.PressureCrossed e -> stalls.crossed(e);
            case KernelEvent.PressureTriggerLost e -> stalls.lost(e);
            case KernelEvent.ProcessForked e -> tasks.forked(e);
            case KernelEvent.ProcessExeced e -> tasks.execed(e);
            case KernelEvent.ProcessExited e -> tasks.exited(e);
            case KernelEvent.OomVictimChosen e -> tasks.oomVictim(e, group -> groups.oomVictim(group, e.nanos()));
            case KernelEvent.ForksRefused e -> groups.forksRefused(e);
            case KernelEvent.LinkChanged e -> tasks.linkChanged(e);
            case KernelEvent.EventsLost e -> lost(e, groups, tasks);
        }
    }

    private void lost(KernelEvent.EventsLost event, GroupReactor groups, ProcessEvents tasks) {
        counters.lost(name(event.source()), event.count());
        switch (event.source()) {
            case INOTIFY -> {
                Future<Void> read = groups.reconcile(event.nanos());
                CgroupWatcher tree = Objects.requireNonNull(watcher, "adopt() comes first");
                tree.whenCompared(() -> told(read.compose(known -> groups.caughtUp()), event));
            }
            case CONNECTOR -> told(tasks.reconcile(), event);
            case LINK -> losses.settled(name(event.source()), event.count(), true);
            case KMSG, PSI -> losses.settled(name(event.source()), event.count(), false);
        }
    }

    // A comparison that fails is made again, so this comes late at worst, and in the end with the word that not all
    // could be compared.
    private void told(Future<Void> compared, KernelEvent.EventsLost event) {
        compared.onComplete(done -> losses.settled(name(event.source()), event.count(), done.succeeded()));
    }
}
