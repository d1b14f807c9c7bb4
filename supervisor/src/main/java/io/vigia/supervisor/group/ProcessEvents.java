package io.vigia.supervisor.group;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.journal.EventTypes;
import java.util.Locale;

/** From what the kernel said of processes and interfaces to events. Kernel-loop thread only. */
final class ProcessEvents implements KernelSources.Processes {
    private final EventLog events;
    private final GroupTable table;
    private final Runnable reconcile;

    /** @param reconcile looks at {@code /proc} again after messages were lost */
    ProcessEvents(EventLog events, GroupTable table, Runnable reconcile) {
        this.events = events;
        this.table = table;
        this.reconcile = reconcile;
    }

    @Override
    public void forked(KernelEvent.ProcessForked event) {}

    @Override
    public void execed(KernelEvent.ProcessExeced event) {}

    @Override
    public void exited(KernelEvent.ProcessExited event) {}

    @Override
    public void oomVictim(KernelEvent.OomVictimChosen event) {
        CgroupPath group = event.group();
        JsonObject data = new JsonObject()
                .put("pid", event.pid())
                .put("comm", event.comm())
                .put("group", group == null ? null : group.id())
                .put("rss", event.anonRssBytes());
        if (group != null && table.get(group) != null) {
            events.of(group, EventTypes.OOM_VICTIM, data);
        } else {
            events.ofSupervisor(EventTypes.OOM_VICTIM, data);
        }
    }

    @Override
    public void linkChanged(KernelEvent.LinkChanged event) {
        events.ofSupervisor(
                EventTypes.NETWORK_LINK,
                new JsonObject()
                        .put("interface", event.name())
                        .put("index", event.index())
                        .put("change", event.change().name().toLowerCase(Locale.ROOT)));
    }

    @Override
    public void connectorLost() {
        reconcile.run();
    }
}
