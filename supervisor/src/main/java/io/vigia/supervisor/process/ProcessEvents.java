package io.vigia.supervisor.process;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.process.PidfdWatcher;
import io.vigia.kernel.process.ProcFs;
import io.vigia.kernel.process.ProcessSeen;
import io.vigia.kernel.process.ProcessTable;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.group.Comparison;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.journal.EventTypes;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** From what the kernel said of processes and interfaces to the table of processes and to events. Kernel-loop thread only. */
public final class ProcessEvents {
    private static final long RETRY_MILLIS = 200;
    private static final int MOST_LOOKS = 300;

    private final KernelLoop loop;
    private final EventLog events;
    private final ProcessTable processes;
    private final PidfdWatcher pidfds;
    private final ManagedGroups managed;
    private final GroupWorkers workers;
    private final List<Glob> asked;
    private final boolean managedAsk;
    private final int ownPid;
    private final YoungChildren young = new YoungChildren();
    private final AfterExec afterExec = new AfterExec();
    private final CgroupLooks looks;
    private final OomVictims victims;
    private final Comparison<List<ProcessSeen>> comparison;

    /**
     * @param asked groups whose processes become events
     * @param managedAsk whether managed groups' do
     */
    public ProcessEvents(
            KernelLoop loop,
            EventLog events,
            GroupTable groups,
            ProcessTable processes,
            PidfdWatcher pidfds,
            ManagedGroups managed,
            GroupWorkers workers,
            List<Glob> asked,
            boolean managedAsk) {
        this.loop = loop;
        this.events = events;
        this.processes = processes;
        this.pidfds = pidfds;
        this.managed = managed;
        this.workers = workers;
        this.asked = List.copyOf(asked);
        this.managedAsk = managedAsk;
        this.looks = new CgroupLooks(loop, workers, processes);
        this.victims = new OomVictims(loop, events, groups, processes, young);
        this.comparison = new Comparison<>(loop, RETRY_MILLIS, MOST_LOOKS, this::look, processes::reconcileDone);
        this.ownPid = (int) ProcessHandle.current().pid();
    }

    public void forked(KernelEvent.ProcessForked event) {
        loop.requireInLoop();
        processes.accept(event);
        if (event.parentPid() == ownPid) {
            // Born in its own cgroup and not in ours, which the message does not tell; whoever spawned it does.
            young.forked(event.pid());
            return;
        }
        young.forked(event.parentPid(), event.pid());
        if (!young.tellsLater(event.pid(), born -> tellForked(born, event))) {
            CgroupPath group = processes.cgroupOf(event.pid());
            if (group != null) {
                tellForked(group, event);
            }
        }
    }

    private void tellForked(CgroupPath group, KernelEvent.ProcessForked event) {
        if (asks(group)) {
            events.of(
                    group,
                    EventTypes.PROCESS_FORKED,
                    new JsonObject().put("pid", event.pid()).put("ppid", event.parentPid()));
        }
    }

    public void execed(KernelEvent.ProcessExeced event) {
        loop.requireInLoop();
        int parent = processes.parentOf(event.pid());
        if (!young.tellsLater(event.pid(), born -> tellExeced(event, parent))) {
            tellExeced(event, parent);
        }
    }

    private void tellExeced(KernelEvent.ProcessExeced event, int parent) {
        afterExec.begin(event.pid());
        if (parent == ownPid) {
            tellExecedWhereItIs(event, parent);
            return;
        }
        // Other service managers and runtimes move a child between its fork and its exec, of which no message tells.
        looks.look(event.pid(), () -> tellExecedWhereItIs(event, parent));
    }

    private void tellExecedWhereItIs(KernelEvent.ProcessExeced event, int parent) {
        CgroupPath group = processes.lastCgroupOf(event.pid());
        if (group == null || !asks(group)) {
            afterExec.end(event.pid());
            return;
        }
        workers.submit(() -> ProcFs.stat(event.pid()).orNull()).onComplete(looked -> {
            ProcStat stat = looked.otherwiseEmpty().result();
            events.of(
                    group,
                    EventTypes.PROCESS_EXECED,
                    new JsonObject()
                            .put("pid", event.pid())
                            .put("ppid", parent == 0 ? null : parent)
                            .put("comm", stat == null ? null : stat.comm()));
            afterExec.end(event.pid());
        });
    }

    public void exited(KernelEvent.ProcessExited event) {
        loop.requireInLoop();
        CgroupPath group = processes.cgroupOf(event.pid());
        List<Integer> left = processes.descendantsWhereItIs(event.pid());
        processes.accept(event);
        pidfds.exitReported(event.pid(), event.status(), event.nanos());
        boolean later = young.tellsLater(event.pid(), born -> {
            processes.leftBehind(left, group, born);
            processes.assign(event.pid(), born);
            tellExited(born, event);
        });
        if (!later && group != null) {
            tellExited(group, event);
        }
    }

    private void tellExited(CgroupPath group, KernelEvent.ProcessExited event) {
        // In case it was assigned after it had ended, for those who ask where it was: the dead belong nowhere.
        processes.accept(event);
        if (!asks(group)) {
            return;
        }
        JsonObject data = new JsonObject().put("pid", event.pid()).put("ppid", event.parentPid());
        switch (event.status()) {
            case ExitStatus.Exited(int code) -> data.put("exitCode", code);
            case ExitStatus.Signaled(int signal, boolean core) -> data.put("signal", signal);
            case ExitStatus.Unknown(String why) -> data.put("unknown", why);
        }
        afterExec.tell(event.pid(), () -> events.of(group, EventTypes.PROCESS_EXITED, data));
    }

    /** A child of vigia, by who spawned it; before or after the kernel's messages of it. */
    public void born(int pid, CgroupPath cgroup) {
        loop.requireInLoop();
        processes.born(pid, cgroup);
        young.born(pid, cgroup);
    }

    private boolean asks(CgroupPath group) {
        return (managedAsk && managed.managing(group) != null)
                || asked.stream().anyMatch(glob -> glob.matches(group.text()));
    }

    /** @param counted told whose group the victim was in, once that is known */
    public void oomVictim(KernelEvent.OomVictimChosen event, Consumer<CgroupPath> counted) {
        loop.requireInLoop();
        victims.chosen(event, counted);
    }

    /** Of a network interface; told here because it comes by the same kind of source. */
    public void linkChanged(KernelEvent.LinkChanged event) {
        loop.requireInLoop();
        events.ofSupervisor(
                EventTypes.NETWORK_LINK,
                new JsonObject()
                        .put("interface", event.name())
                        .put("index", event.index())
                        .put("change", event.change().name().toLowerCase(Locale.ROOT)));
    }

    /**
     * Compares the table with {@code /proc}, off the loop.
     *
     * @return completes when a look that began after this call has been compared with
     */
    public Future<Void> reconcile() {
        return comparison.ask();
    }

    private Future<List<ProcessSeen>> look() {
        processes.reconcileStarting();
        return workers.submit(ProcessSeen::all);
    }

    /** Members of a group and below, by the kernel's messages. */
    public List<ProcessTable.Member> within(CgroupPath group) {
        loop.requireInLoop();
        return processes.within(group);
    }
}
