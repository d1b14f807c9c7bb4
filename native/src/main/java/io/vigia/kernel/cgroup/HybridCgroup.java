package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.CpuStat;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.model.SwapEvents;
import io.vigia.kernel.parse.CpuStatText;
import io.vigia.kernel.sys.Fd;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A cgroup with v1 controllers: a directory in each of their hierarchies beside the one in the v2 tree. */
final class HybridCgroup extends BaseCgroup {
    private final V1Places v1;

    HybridCgroup(CgroupDir v2, CgroupKill kill, V1Places v1) {
        super(v2, kill);
        this.v1 = v1;
    }

    @Override
    Reading<CgroupDir> directory(Controller controller) {
        return v1.has(controller) ? v1.directory(controller, this) : Reading.known(v2);
    }

    @Override
    ControllerFiles files(Controller controller) {
        return v1.has(controller) ? V1Controllers.files(controller) : V2Controllers.files(controller);
    }

    @Override
    public Set<Controller> controllers() {
        EnumSet<Controller> all = EnumSet.noneOf(Controller.class);
        all.addAll(V2Controllers.parse(v2.read(CgroupFiles.CONTROLLERS).orNull()));
        for (Controller controller : Controller.values()) {
            if (v1.has(controller) && directory(controller) instanceof Reading.Known<CgroupDir>) {
                all.add(controller);
            }
        }
        return all;
    }

    @Override
    public CgroupUsage usage() {
        return new CgroupUsage(
                cpu(),
                memory(),
                memoryEvents(),
                memoryEventsLocal(),
                pidsCurrent(),
                pidsMaxEvents(),
                Readings.then(directory(Controller.IO), v1.has(Controller.IO) ? V1IoFiles::stat : IoFiles::stat),
                pressure(Resource.CPU),
                pressure(Resource.MEMORY),
                pressure(Resource.IO));
    }

    @Override
    public Reading<MemoryEvents> memoryEvents() {
        return memoryIsV1()
                ? Readings.then(directory(Controller.MEMORY), V1MemoryFiles::eventsOfTree)
                : MemoryFiles.events(v2, CgroupFiles.MEMORY_EVENTS);
    }

    @Override
    public Reading<MemoryEvents> memoryEventsLocal() {
        return memoryIsV1()
                ? Readings.then(directory(Controller.MEMORY), V1MemoryFiles::events)
                : MemoryFiles.events(v2, CgroupFiles.MEMORY_EVENTS_LOCAL);
    }

    @Override
    public Reading<SwapEvents> swapEvents() {
        return memoryIsV1() ? super.swapEvents() : MemoryFiles.swapEvents(v2);
    }

    @Override
    public boolean memoryMaxKills() {
        return !memoryIsV1();
    }

    @Override
    public Reading<Long> memoryCurrentBytes() {
        String file = memoryIsV1() ? CgroupFiles.V1_USAGE : CgroupFiles.MEMORY_CURRENT;
        return Readings.then(directory(Controller.MEMORY), dir -> dir.readNumber(file));
    }

    @Override
    public Reading<Long> reclaim(long bytes, ReclaimGuard guard) {
        return memoryIsV1()
                ? Readings.then(directory(Controller.MEMORY), dir -> V1Reclaim.reclaim(dir, bytes, guard))
                : MemoryFiles.reclaim(v2, bytes);
    }

    @Override
    public Reading<Fd> oomNotifier() {
        return memoryIsV1()
                ? Readings.then(directory(Controller.MEMORY), V1OomNotifier::register)
                : Reading.unknown("v2 notifies of " + CgroupFiles.MEMORY_EVENTS + " through inotify");
    }

    @Override
    public List<Fd> openDirectories() {
        List<Fd> all = new ArrayList<>();
        if (v2.open() instanceof Reading.Known<Fd>(Fd fd)) {
            all.add(fd);
            for (CgroupDir dir : v1.directories(this)) {
                if (dir.open() instanceof Reading.Known<Fd>(Fd v1Fd)) {
                    all.add(v1Fd);
                }
            }
        }
        return all;
    }

    @Override
    public Entry entry() {
        List<String> tasks = new ArrayList<>();
        v1.directories(this).forEach(dir -> tasks.add(dir.display() + "/" + CgroupFiles.V1_TASKS));
        return new Entry(path(), v2.display(), tasks);
    }

    private boolean memoryIsV1() {
        return v1.has(Controller.MEMORY);
    }

    private Reading<CpuStat> cpu() {
        Reading<String> use = v2.read(CgroupFiles.CPU_STAT);
        if (!v1.has(Controller.CPU)) {
            return Readings.parse(use, CgroupFiles.CPU_STAT, CpuStatText::parse);
        }
        String throttling = Readings.then(directory(Controller.CPU), dir -> dir.read(CgroupFiles.CPU_STAT))
                .orNull();
        return Readings.parse(
                use, CgroupFiles.CPU_STAT, text -> CpuStatText.parseHybrid(text, throttling == null ? "" : throttling));
    }

    private Reading<MemoryStat> memory() {
        return memoryIsV1() ? Readings.then(directory(Controller.MEMORY), V1MemoryFiles::stat) : MemoryFiles.stat(v2);
    }
}
