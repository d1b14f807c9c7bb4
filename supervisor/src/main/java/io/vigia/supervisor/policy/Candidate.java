package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import java.util.List;
import java.util.Map;

/**
 * A group that a rung might act on, as it is now.
 *
 * @param managed made by vigia, so always within {@code enforce}
 * @param frozen {@code cgroup.events} says frozen
 * @param populated {@code cgroup.events} says that there are processes, in the group or below it
 * @param limits present values, at least of the files that the request names
 * @param members the subtree's processes, only when the request asks for them
 */
public record Candidate(
        CgroupPath path,
        CgroupId id,
        Map<String, String> labels,
        boolean managed,
        boolean frozen,
        boolean populated,
        CgroupUsage usage,
        Map<LimitFile, Reading<LimitValue>> limits,
        List<Member> members) {
    public Candidate {
        labels = Map.copyOf(labels);
        limits = Map.copyOf(limits);
        members = List.copyOf(members);
    }

    Victim victim() {
        return new Victim(path, id);
    }

    Reading<LimitValue> limit(LimitFile file) {
        Reading<LimitValue> known = limits.get(file);
        return known == null ? Reading.unknown(file.fileName() + " was not read") : known;
    }

    /**
     * A process of the subtree.
     *
     * @param parentPid 0 where it is outside our PID namespace
     * @param rssBytes resident memory, -1 unknown
     * @param own it is vigia itself
     */
    public record Member(ProcessId process, int parentPid, String comm, long rssBytes, boolean own) {}
}
