package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.process.ProcFs;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.model.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signals the processes of a cgroup through pidfds. A number is never trusted: the pidfd is opened first, and only if
 * the process is still listed in the cgroup afterwards does it get the signal. Blocking; worker threads only.
 */
public final class Signaller {
    private static final int SIGKILL = 9;

    private final Cgroups cgroups;
    private final Syscalls syscalls;

    public Signaller(Cgroups cgroups, Syscalls syscalls) {
        this.cgroups = cgroups;
        this.syscalls = syscalls;
    }

    /**
     * Signals every process of the subtree; SIGKILL goes by {@code cgroup.kill}, which no fork escapes.
     *
     * @return how many were signalled; -1 for {@code cgroup.kill}
     */
    public int signalGroup(CgroupPath top, int signal) {
        Cgroup cgroup = cgroups.open(top).orNull();
        if (cgroup == null) {
            return 0;
        }
        requireNotOurs(top, "end");
        if (signal == SIGKILL) {
            cgroup.killAll();
            return -1;
        }
        int signalled = 0;
        for (CgroupPath path : subtree(top)) {
            Cgroup member = cgroups.open(path).orNull();
            if (member != null) {
                signalled += signalMembers(member, signal, null);
            }
        }
        return signalled;
    }

    /**
     * The last guard, by what the kernel lists: paths alone do not tell where this process is when it sees another cgroup
     * namespace's tree.
     *
     * @throws Problem of kind REFUSED when vigia itself or PID 1 is in the subtree
     */
    public void requireNotOurs(CgroupPath top, String what) {
        for (int pid : processes(top)) {
            if (pid == 1 || pid == syscalls.pid()) {
                throw Problem.of(
                        Problem.Kind.REFUSED,
                        "will not " + what + " " + top.id() + ": "
                                + (pid == 1 ? "PID 1 runs in it or below it" : "vigia itself runs in it or below it"));
            }
        }
    }

    /** Who has this number in the subtree now; {@code null} if nobody. With the refusals of {@link #signalProcess}. */
    public @Nullable ProcessId find(CgroupPath top, int pid) {
        requireForeign(pid);
        ProcStat stat = ProcFs.stat(pid).orNull();
        return stat != null && processes(top).contains(pid) ? new ProcessId(pid, stat.startTicks()) : null;
    }

    /** Signals this process and no later one of its number, if it is in the subtree; {@code false} if it is not (any more). */
    public boolean signalProcess(CgroupPath top, ProcessId process, int signal) {
        requireForeign(process.pid());
        for (CgroupPath path : subtree(top)) {
            Cgroup member = cgroups.open(path).orNull();
            if (member != null && signalMembers(member, signal, process) == 1) {
                return true;
            }
        }
        return false;
    }

    private void requireForeign(int pid) {
        if (pid == 1 || pid == syscalls.pid()) {
            throw Problem.of(Problem.Kind.REFUSED, "will not signal process " + pid + ": it is vigia itself, or PID 1");
        }
    }

    /** Every process of the subtree. */
    public List<Integer> processes(CgroupPath top) {
        List<Integer> all = new ArrayList<>();
        for (CgroupPath path : subtree(top)) {
            Cgroup member = cgroups.open(path).orNull();
            if (member != null) {
                all.addAll(members(member));
            }
        }
        return all;
    }

    private int signalMembers(Cgroup cgroup, int signal, @Nullable ProcessId only) {
        Map<Integer, Fd> held = new LinkedHashMap<>();
        int signalled = 0;
        try {
            for (int pid : members(cgroup)) {
                if (only != null && only.pid() != pid) {
                    continue;
                }
                if (syscalls.pidfdOpen(pid) instanceof Reading.Known<Fd>(Fd pidfd)) {
                    held.put(pid, pidfd);
                }
            }
            Set<Integer> still = new HashSet<>(members(cgroup));
            for (Map.Entry<Integer, Fd> one : held.entrySet()) {
                if (still.contains(one.getKey())
                        && (only == null || isStill(only))
                        && syscalls.pidfdSendSignal(one.getValue(), signal)) {
                    signalled++;
                }
            }
        } finally {
            held.values().forEach(Fd::close);
        }
        return signalled;
    }

    /** Asked with its descriptor held: by then the number is its own, or it has ended and the signal reaches nobody. */
    private static boolean isStill(ProcessId process) {
        ProcStat stat = ProcFs.stat(process.pid()).orNull();
        return stat != null && stat.startTicks() == process.startTicks();
    }

    private List<CgroupPath> subtree(CgroupPath top) {
        List<CgroupPath> all = new ArrayList<>();
        all.add(top);
        for (int i = 0; i < all.size(); i++) {
            List<CgroupPath> children = cgroups.children(all.get(i)).orNull();
            if (children != null) {
                all.addAll(children);
            }
        }
        return all;
    }

    private static List<Integer> members(Cgroup cgroup) {
        List<Integer> pids = cgroup.processes().orNull();
        return pids == null ? List.of() : pids;
    }
}
