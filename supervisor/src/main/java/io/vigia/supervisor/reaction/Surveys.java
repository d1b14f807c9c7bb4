package io.vigia.supervisor.reaction;

import io.vertx.core.Future;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.group.Enforcement;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.LabelledGroups;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads for policies: the target at one moment, and the groups that a rung might act on. Kernel-loop thread only. */
public final class Surveys {
    /** As many groups as the loop reads by itself: of each one or two files whose reading waits for no lock that others hold for long. */
    private static final int MOST_ON_LOOP = 4;

    /** After a survey on the loop, when the reaction is over. */
    private static final int LOOK_AGAIN_MILLIS = 1000;

    private final KernelLoop loop;
    private final GroupTable table;
    private final LabelledGroups labelled;
    private final Enforcement enforcement;
    private final Cgroups cgroups;
    private final GroupWorkers workers;
    private final Signaller signaller;
    private final Host host;
    private final Looks looks;

    public Surveys(
            KernelLoop loop,
            GroupTable table,
            LabelledGroups labelled,
            Enforcement enforcement,
            Cgroups cgroups,
            GroupWorkers workers,
            Signaller signaller,
            Host host) {
        this.loop = loop;
        this.table = table;
        this.labelled = labelled;
        this.enforcement = enforcement;
        this.cgroups = cgroups;
        this.workers = workers;
        this.signaller = signaller;
        this.host = host;
        this.looks = new Looks(loop, cgroups, workers, host);
    }

    /** What must be asked of the machine and not of a group. Blocking; worker threads. */
    interface Host {
        Reading<Long> memoryTotalBytes();

        /** The v2 cgroup of PID 1, or {@code null} when it cannot be known. */
        @Nullable
        CgroupPath initCgroup();

        /** What {@link #initCgroup} answered last; {@code null}: it was never asked. Does not block; any thread. */
        @Nullable
        Init initSeen();

        /** A process, with what a policy wants to know of it; {@code null} when it ended. */
        Candidate.@Nullable Member member(int pid);
    }

    /** @param cgroup {@code null} when it cannot be known */
    record Init(@Nullable CgroupPath cgroup) {}

    /** What is asked of the group, and no more: policies look at each of their groups every second. Gone parts say so. */
    Future<Sample> sample(GroupEntry entry, Set<Sample.Part> parts) {
        loop.requireInLoop();
        return workers.submit(() -> SampleReader.read(cgroups.at(entry.path, entry.id), parts, host::memoryTotalBytes));
    }

    /** The same for what is in no hurry, together with all that is asked for in this turn of the loop. */
    Future<Sample> sampleSoon(GroupEntry entry, Set<Sample.Part> parts) {
        return looks.read(entry.path, entry.id, parts);
    }

    /**
     * Answers at once where a few limits are all that is asked: waking a worker and being woken by it is the longest wait of a reaction on
     * a busy machine.
     *
     * @param otherKills of the same policy's other instances
     */
    Future<Survey> survey(GroupEntry target, SurveyRequest request, List<Long> otherKills) {
        loop.requireInLoop();
        List<Known> known = new ArrayList<>();
        Map<CgroupPath, String> guarded = new HashMap<>();
        for (GroupEntry entry : table.all()) {
            Map<String, String> labels = labelled.labels(entry);
            if (enforcement.isProtected(entry.path)) {
                guarded.put(entry.path, "protected by the configuration");
            } else if (Guards.isProtected(labels)) {
                guarded.put(entry.path, "protected by its label");
            }
            boolean candidate = request.targetOnly() ? entry == target : matches(request.victims(), entry.path, labels);
            if (candidate) {
                known.add(known(entry));
            }
        }
        Init seen = host.initSeen();
        if (seen == null || request.usage() || request.members() || known.size() > MOST_ON_LOOP) {
            return workers.submit(
                    () -> new Survey(guards(host.initCgroup(), guarded), candidates(known, request), otherKills));
        }
        loop.schedule(LOOK_AGAIN_MILLIS, () -> workers.submit(host::initCgroup));
        try {
            return Future.succeededFuture(
                    new Survey(guards(seen.cgroup(), guarded), candidates(known, request), otherKills));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Guards guards(@Nullable CgroupPath init, Map<CgroupPath, String> guarded) {
        return new Guards(enforcement.own(), init, guarded, enforcement.globs());
    }

    private List<Candidate> candidates(List<Known> known, SurveyRequest request) {
        List<Candidate> candidates = new ArrayList<>();
        for (Known group : known) {
            Candidate candidate = candidate(group, request);
            if (candidate != null) {
                candidates.add(candidate);
            }
        }
        return candidates;
    }

    /** What the loop knows of a candidate. */
    private record Known(CgroupPath path, CgroupId id, Map<String, String> labels, boolean managed) {}

    private Known known(GroupEntry entry) {
        return new Known(entry.path, entry.id, labelled.labels(entry), labelled.isManaged(entry));
    }

    private @Nullable Candidate candidate(Known group, SurveyRequest request) {
        Cgroup cgroup = cgroups.at(group.path(), group.id());
        Cgroup.State state = cgroup.state().orNull();
        if (state == null) {
            return null;
        }
        EnumMap<LimitFile, Reading<LimitValue>> limits = new EnumMap<>(LimitFile.class);
        request.limits().forEach(file -> limits.put(file, cgroup.readLimit(file)));
        return new Candidate(
                group.path(),
                group.id(),
                group.labels(),
                group.managed(),
                state.frozen(),
                state.populated(),
                request.usage() ? cgroup.usage() : CgroupUsage.unread(),
                limits,
                request.members() ? members(group.path()) : List.of());
    }

    private List<Candidate.Member> members(CgroupPath path) {
        List<Candidate.Member> members = new ArrayList<>();
        for (int pid : signaller.processes(path)) {
            Candidate.Member member = host.member(pid);
            if (member != null) {
                members.add(member);
            }
        }
        return members;
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
