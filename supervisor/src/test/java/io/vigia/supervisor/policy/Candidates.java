package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Makes a group that a rung might act on: some processes, no CPU limit, no pressure, unless said otherwise. */
final class Candidates {
    private final CgroupPath path;
    private final CgroupId id;
    private final EnumMap<LimitFile, Reading<LimitValue>> limits = new EnumMap<>(LimitFile.class);
    private final List<Candidate.Member> members = new ArrayList<>();
    private Map<String, String> labels = Map.of();
    private Reading<Long> memory = Reading.known(100L);
    private long pids = 3;
    private boolean populated = true;
    private double cpuAvg10;
    private boolean frozen;

    Candidates(String path, long inode) {
        this.path = new CgroupPath(path);
        this.id = new CgroupId(inode);
        limits.put(LimitFile.CPU_MAX, Reading.known(new LimitValue.CpuUnlimited(100_000)));
    }

    Candidates memory(long bytes) {
        memory = Reading.known(bytes);
        return this;
    }

    Candidates memoryUnknown() {
        memory = Reading.unknown("EACCES");
        return this;
    }

    Candidates labels(Map<String, String> given) {
        labels = given;
        return this;
    }

    Candidates pids(long current) {
        pids = current;
        return this;
    }

    Candidates empty() {
        populated = false;
        return this;
    }

    Candidates cpuPressure(double avg10) {
        cpuAvg10 = avg10;
        return this;
    }

    Candidates frozen() {
        frozen = true;
        return this;
    }

    Candidates limit(LimitFile file, LimitValue value) {
        limits.put(file, Reading.known(value));
        return this;
    }

    Candidates member(int pid, int parent, long rssBytes, boolean own) {
        members.add(new Candidate.Member(new ProcessId(pid, 1000L + pid), parent, "p" + pid, rssBytes, own));
        return this;
    }

    Candidate made() {
        PressureStall none = new PressureStall(0, 0, 0, 0);
        CgroupUsage usage = new CgroupUsage(
                Reading.unknown(""),
                memory.map(bytes -> new MemoryStat(bytes, -1, -1, -1, -1, -1, -1, -1, -1)),
                Reading.known(new MemoryEvents(0, 0, 0, 0, 0, 0)),
                Reading.unknown(""),
                Reading.known(pids),
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.known(new Pressure(new PressureStall(cpuAvg10, 0, 0, 0), null)),
                Reading.known(new Pressure(none, null)),
                Reading.known(new Pressure(none, null)));
        return new Candidate(path, id, labels, false, frozen, populated, usage, limits, members);
    }
}
