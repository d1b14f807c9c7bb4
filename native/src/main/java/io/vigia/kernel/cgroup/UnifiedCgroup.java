package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.CpuStat;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.model.SwapEvents;
import io.vigia.kernel.parse.CpuStatText;
import io.vigia.kernel.sys.Fd;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cgroup where all controllers are in the v2 tree. */
final class UnifiedCgroup extends BaseCgroup {
    UnifiedCgroup(CgroupDir v2, CgroupKill kill) {
        super(v2, kill);
    }

    @Override
    Reading<CgroupDir> directory(Controller controller) {
        return Reading.known(v2);
    }

    @Override
    ControllerFiles files(Controller controller) {
        return V2Controllers.files(controller);
    }

    @Override
    public Set<Controller> controllers() {
        return V2Controllers.parse(v2.read(CgroupFiles.CONTROLLERS).orNull());
    }

    @Override
    public CgroupUsage usage() {
        Reading<CpuStat> cpu = Readings.parse(v2.read(CgroupFiles.CPU_STAT), CgroupFiles.CPU_STAT, CpuStatText::parse);
        return new CgroupUsage(
                cpu,
                MemoryFiles.stat(v2),
                memoryEvents(),
                memoryEventsLocal(),
                pidsCurrent(),
                pidsMaxEvents(),
                IoFiles.stat(v2),
                pressure(Resource.CPU),
                pressure(Resource.MEMORY),
                pressure(Resource.IO));
    }

    @Override
    public Reading<MemoryEvents> memoryEvents() {
        return MemoryFiles.events(v2, CgroupFiles.MEMORY_EVENTS);
    }

    @Override
    public Reading<MemoryEvents> memoryEventsLocal() {
        return MemoryFiles.events(v2, CgroupFiles.MEMORY_EVENTS_LOCAL);
    }

    @Override
    public Reading<SwapEvents> swapEvents() {
        return MemoryFiles.swapEvents(v2);
    }

    @Override
    public Reading<Long> memoryCurrentBytes() {
        return v2.readNumber(CgroupFiles.MEMORY_CURRENT);
    }

    @Override
    public Reading<Long> reclaim(long bytes, ReclaimGuard guard) {
        return MemoryFiles.reclaim(v2, bytes);
    }

    @Override
    public Reading<Fd> oomNotifier() {
        return Reading.unknown("v2 notifies of " + CgroupFiles.MEMORY_EVENTS + " through inotify");
    }

    @Override
    public List<Fd> openDirectories() {
        return Optional.ofNullable(v2.open().orNull()).map(List::of).orElse(List.of());
    }

    @Override
    public Entry entry() {
        return new Entry(path(), v2.display(), List.of());
    }
}
