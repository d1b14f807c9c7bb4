package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.policy.Candidate;
import io.vigia.supervisor.policy.Guards;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.Sample;
import io.vigia.supervisor.policy.Survey;
import io.vigia.supervisor.policy.SurveyRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads for policies: the target at one moment, and the groups that a rung might act on. Kernel-loop thread only. */
final class Surveys {
    private final KernelLoop loop;
    private final GroupTable table;
    private final GroupViews views;
    private final Enforcement enforcement;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final Signaller signaller;
    private final Host host;

    Surveys(
            KernelLoop loop,
            GroupTable table,
            GroupViews views,
            Enforcement enforcement,
            Cgroups cgroups,
            GroupWorkers workers,
            Signaller signaller,
            Host host) {
        this.loop = loop;
        this.table = table;
        this.views = views;
        this.enforcement = enforcement;
        this.cgroups = cgroups;
        this.workers = workers;
        this.signaller = signaller;
        this.host = host;
    }

    /** What must be asked of the machine and not of a group. Blocking; worker threads. */
    interface Host {
        Reading<Long> memoryTotalBytes();

        /** The v2 cgroup of PID 1, or {@code null} when it cannot be known. */
        @Nullable
        CgroupPath initCgroup();

        /** A process, with what a policy wants to know of it; {@code null} when it ended. */
        Candidate.@Nullable Member member(int pid);
    }

    /** Everything of the group; gone parts say so. */
    Future<Sample> sample(GroupEntry entry) {
        loop.requireInLoop();
        return workers.submit(() -> {
            Cgroup cgroup = open(entry.path, entry.id.inode());
            if (cgroup == null) {
                Reading<Long> gone = Reading.gone();
                return new Sample(gone, host.memoryTotalBytes(), gone, Reading.gone(), Map.of(), Map.of());
            }
            EnumMap<LimitFile, Reading<LimitValue>> limits = new EnumMap<>(LimitFile.class);
            for (LimitFile file : List.of(LimitFile.MEMORY_MAX, LimitFile.MEMORY_HIGH, LimitFile.PIDS_MAX)) {
                limits.put(file, cgroup.readLimit(file));
            }
            return Sample.of(cgroup.usage(), limits, host.memoryTotalBytes());
        });
    }

    /** @param otherKills of the same policy's other instances */
    Future<Survey> survey(GroupEntry target, SurveyRequest request, List<Long> otherKills) {
        loop.requireInLoop();
        List<GroupViews.Known> known = new ArrayList<>();
        Map<CgroupPath, String> guarded = new HashMap<>();
        for (GroupEntry entry : table.all()) {
            GroupViews.Known group = views.known(entry);
            if (enforcement.isProtected(entry.path)) {
                guarded.put(entry.path, "protected by the configuration");
            } else if (Guards.isProtected(group.labels())) {
                guarded.put(entry.path, "protected by its label");
            }
            boolean candidate =
                    request.targetOnly() ? entry == target : matches(request.victims(), entry.path, group.labels());
            if (candidate) {
                known.add(group);
            }
        }
        return workers.submit(() -> {
            List<Candidate> candidates = new ArrayList<>();
            for (GroupViews.Known group : known) {
                Candidate candidate = candidate(group, request);
                if (candidate != null) {
                    candidates.add(candidate);
                }
            }
            Guards guards = new Guards(enforcement.own(), host.initCgroup(), guarded, enforcement.globs());
            return new Survey(guards, candidates, otherKills);
        });
    }

    private @Nullable Candidate candidate(GroupViews.Known group, SurveyRequest request) {
        Cgroup cgroup = open(group.path(), group.id().inode());
        if (cgroup == null) {
            return null;
        }
        EnumMap<LimitFile, Reading<LimitValue>> limits = new EnumMap<>(LimitFile.class);
        request.limits().forEach(file -> limits.put(file, cgroup.readLimit(file)));
        List<Integer> pids = signaller.processes(group.path());
        List<Candidate.Member> members = new ArrayList<>();
        if (request.members()) {
            for (int pid : pids) {
                Candidate.Member member = host.member(pid);
                if (member != null) {
                    members.add(member);
                }
            }
        }
        Cgroup.State state = cgroup.state().orNull();
        CgroupUsage usage = request.usage() ? cgroup.usage() : CgroupUsage.unread();
        return new Candidate(
                group.path(),
                group.id(),
                group.labels(),
                group.managed(),
                state != null && state.frozen(),
                pids.size(),
                usage,
                limits,
                members);
    }

    private @Nullable Cgroup open(CgroupPath path, long inode) {
        Cgroup cgroup = cgroups.open(path).orNull();
        return cgroup != null && cgroup.id().inode() == inode ? cgroup : null;
    }

    /** Whether a group is one that a policy names: by both parts that are given, and never by none. */
    static boolean matches(PolicySpec.Target target, CgroupPath path, Map<String, String> labels) {
        Glob glob = target.path();
        if (glob == null && target.labels().isEmpty()) {
            return false;
        }
        return (glob == null || glob.matches(path.text()))
                && labels.entrySet().containsAll(target.labels().entrySet());
    }
}
