package io.vigia.supervisor.process;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.event.KernelEvent.OomVictimChosen;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.process.ProcessTable;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.journal.EventTypes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells whom the OOM killer chose, and in which group that was. Kernel-loop thread only. */
final class OomVictims {
    /** What is said of a process by other ways than the log takes a turn of a thread or two. */
    private static final long PATIENCE_MILLIS = 500;

    private final KernelLoop loop;
    private final EventLog events;
    private final GroupTable groups;
    private final ProcessTable processes;
    private final YoungChildren young;

    OomVictims(KernelLoop loop, EventLog events, GroupTable groups, ProcessTable processes, YoungChildren young) {
        this.loop = loop;
        this.events = events;
        this.groups = groups;
        this.processes = processes;
        this.young = young;
    }

    /**
     * At once, but for a process that nothing, or not yet the right thing, is known of: who eats memory from its first instruction on may be in the
     * log before the thread that spawned it has said where.
     *
     * @param counted told the group, unless there is none
     */
    void chosen(OomVictimChosen event, Consumer<CgroupPath> counted) {
        CgroupPath logged = event.group();
        // The log knows best, where it names a group of this tree. It may name one of a v1 hierarchy in which the
        // process was left at the root, or one beyond vigia's cgroup namespace.
        if (logged != null && !logged.isRoot() && groups.get(logged) != null) {
            tell(event, logged, counted);
            return;
        }
        Once once = new Once(event, counted);
        boolean waits = young.tellsLater(event.pid(), once::tell);
        CgroupPath lived = processes.lastCgroupOf(event.pid());
        if (waits || lived == null) {
            KernelLoop.Timer unused = loop.schedule(PATIENCE_MILLIS, once::tellWhatIsKnown);
        } else {
            once.tell(lived);
        }
    }

    private void tell(OomVictimChosen event, @Nullable CgroupPath group, Consumer<CgroupPath> counted) {
        JsonObject data = new JsonObject()
                .put("pid", event.pid())
                .put("comm", event.comm())
                .put("group", group == null ? null : group.id())
                .put("rss", event.anonRssBytes());
        if (group != null && groups.get(group) != null) {
            events.of(group, EventTypes.OOM_VICTIM, data);
        } else {
            events.ofSupervisor(EventTypes.OOM_VICTIM, data);
        }
        if (group != null) {
            counted.accept(group);
        }
    }

    /** One victim, told by whichever way is first. */
    private final class Once {
        private final OomVictimChosen event;
        private final Consumer<CgroupPath> counted;
        private boolean told;

        private Once(OomVictimChosen event, Consumer<CgroupPath> counted) {
            this.event = event;
            this.counted = counted;
        }

        private void tellWhatIsKnown() {
            CgroupPath lived = processes.lastCgroupOf(event.pid());
            tell(lived != null ? lived : event.group());
        }

        private void tell(@Nullable CgroupPath group) {
            if (!told) {
                told = true;
                OomVictims.this.tell(event, group, counted);
            }
        }
    }
}
