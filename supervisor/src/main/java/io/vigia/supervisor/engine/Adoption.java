package io.vigia.supervisor.engine;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.supervise.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out what became of a container while no vigia was there. Blocking; worker threads only. */
final class Adoption {
    private final ProcessProbe probe;
    private final Syscalls syscalls;

    Adoption(ProcessProbe probe, Syscalls syscalls) {
        this.probe = probe;
        this.syscalls = syscalls;
    }

    /** What became of it. */
    sealed interface Found {
        /** The root lives; the descriptor is the taker's to close. */
        record Running(ProcessId id, Fd pidfd) implements Found {}

        /** It ran, and its root has ended; others may be left. */
        record Ended(ProcessId id) implements Found {}

        /** There was no root: stopped, waiting, in back-off, or a start that never came to be. */
        record NotRunning(boolean leftovers) implements Found {}

        /** The record tells of processes of an earlier boot. */
        record AnotherBoot() implements Found {}
    }

    Found find(ContainerRecord left, Cgroup cgroup) {
        if (!left.bootId().equals(probe.bootId())) {
            return new Found.AnotherBoot();
        }
        ProcessId recorded = left.root();
        if (recorded != null) {
            Fd pidfd = open(cgroup, recorded);
            return pidfd == null ? new Found.Ended(recorded) : new Found.Running(recorded, pidfd);
        }
        if (left.state().phase() == Phase.STARTING) {
            // The cgroup was empty when the start was decided: whatever is in it comes from that start.
            for (ProcessId candidate : bornHere(cgroup)) {
                Fd pidfd = open(cgroup, candidate);
                if (pidfd != null) {
                    return new Found.Running(candidate, pidfd);
                }
            }
        }
        return new Found.NotRunning(Ending.populated(cgroup));
    }

    /** The most likely root first: a session's leader before others (the spawner makes a session), then the oldest. */
    private List<ProcessId> bornHere(Cgroup cgroup) {
        List<ProcessProbe.Stat> stats = new ArrayList<>();
        for (int pid : members(cgroup)) {
            ProcessProbe.Stat stat = probe.stat(pid);
            if (stat != null) {
                stats.add(stat);
            }
        }
        stats.sort(Comparator.comparing((ProcessProbe.Stat s) -> s.session() != s.pid())
                .thenComparing(ProcessProbe.Stat::startTicks)
                .thenComparing(ProcessProbe.Stat::pid));
        return stats.stream().map(s -> new ProcessId(s.pid(), s.startTicks())).toList();
    }

    /** A pidfd of exactly this process, in this cgroup; {@code null} if it has ended. */
    private @Nullable Fd open(Cgroup cgroup, ProcessId id) {
        if (!(syscalls.pidfdOpen(id.pid()) instanceof Reading.Known<Fd>(Fd pidfd))) {
            return null;
        }
        // Looked at after the descriptor holds it: the number cannot be somebody else's any more.
        ProcessProbe.Stat stat = probe.stat(id.pid());
        if (stat != null
                && stat.startTicks() == id.startTicks()
                && members(cgroup).contains(id.pid())) {
            return pidfd;
        }
        pidfd.close();
        return null;
    }

    private static List<Integer> members(Cgroup cgroup) {
        return Optional.ofNullable(cgroup.processes().orNull()).orElse(List.of());
    }
}
