package io.vigia.supervisor.process;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.process.ProcFs;
import io.vigia.kernel.process.ProcessTable.Member;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.model.ProcessView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a group and below, as trees. Who descends from whom is known from the kernel's messages, so that a daemon
 * hangs below who started it although the kernel gave it to PID 1; who is there and what it is, is checked against
 * {@code cgroup.procs} and {@code /proc}, which also stand in where the messages are not to be had.
 */
public final class ProcessTrees {
    private final KernelLoop loop;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final Function<CgroupPath, List<Member>> told;

    /** @param told by the kernel's messages, of a group and below; called on the kernel loop */
    public ProcessTrees(
            KernelLoop loop, Cgroups cgroups, GroupWorkers workers, Function<CgroupPath, List<Member>> told) {
        this.loop = loop;
        this.cgroups = cgroups;
        this.workers = workers;
        this.told = told;
    }

    /** Kernel-loop thread. */
    public Future<List<ProcessView>> of(CgroupPath group) {
        loop.requireInLoop();
        List<Member> members = told.apply(group);
        return workers.submit(() -> look(group, members));
    }

    private record Found(ProcStat stat, String cgroup) {}

    private List<ProcessView> look(CgroupPath group, List<Member> members) {
        Map<Integer, Found> found = new LinkedHashMap<>();
        collect(group, found);
        Map<Integer, Member> byPid = members.stream().collect(Collectors.toMap(Member::pid, m -> m));
        Map<Integer, List<Integer>> children = new HashMap<>();
        List<Integer> roots = new ArrayList<>();
        for (Found one : found.values()) {
            int pid = one.stat.pid();
            int parent = parent(one.stat, byPid.get(pid), found.keySet());
            (parent == 0 ? roots : children.computeIfAbsent(parent, p -> new ArrayList<>())).add(pid);
        }
        Branches branches = new Branches(found, byPid, children, ProcDetails.bootTime());
        List<ProcessView> trees = new ArrayList<>(branches.of(roots));
        // Two looks at a changing world may make a circle of two processes: it is cut, and nobody is left out.
        found.keySet().forEach(pid -> trees.addAll(branches.of(List.of(pid))));
        return trees;
    }

    /** 0: nobody in here. */
    private static int parent(ProcStat stat, @Nullable Member member, Set<Integer> here) {
        if (here.contains(stat.parentPid())) {
            return stat.parentPid();
        }
        return member != null && here.contains(member.ancestor()) ? member.ancestor() : 0;
    }

    private void collect(CgroupPath group, Map<Integer, Found> found) {
        Cgroup cgroup = cgroups.open(group).orNull();
        List<Integer> pids = cgroup == null ? null : cgroup.processes().orNull();
        if (pids != null) {
            for (int pid : pids) {
                ProcStat stat = ProcFs.stat(pid).orNull();
                if (stat != null) {
                    found.put(pid, new Found(stat, group.id()));
                }
            }
        }
        List<CgroupPath> below = cgroups.children(group).orNull();
        if (below != null) {
            below.forEach(child -> collect(child, found));
        }
    }

    /** Puts views together, each process once. */
    private static final class Branches {
        private final Map<Integer, Found> found;
        private final Map<Integer, Member> told;
        private final Map<Integer, List<Integer>> children;
        private final Instant boot;
        private final Set<Integer> shown = new HashSet<>();

        Branches(
                Map<Integer, Found> found,
                Map<Integer, Member> told,
                Map<Integer, List<Integer>> children,
                Instant boot) {
            this.found = found;
            this.told = told;
            this.children = children;
            this.boot = boot;
        }

        List<ProcessView> of(List<Integer> pids) {
            List<ProcessView> views = new ArrayList<>();
            for (int pid : pids) {
                Found one = found.get(pid);
                if (one != null && shown.add(pid)) {
                    Member member = told.get(pid);
                    views.add(new ProcessView(
                            ProcDetails.info(one.stat),
                            ProcDetails.startTime(one.stat, boot),
                            one.cgroup,
                            member == null ? 0 : member.forker(),
                            of(children.getOrDefault(pid, List.of()))));
                }
            }
            return views;
        }
    }
}
