package io.vigia.kernel.model;

import java.util.List;

/**
 * Everything that is sampled of one cgroup at one time. Each part says for itself when it is unknown; a cgroup that
 * ended while it was read has {@link Reading.Gone} parts.
 */
public record CgroupUsage(
        Reading<CpuStat> cpu,
        Reading<MemoryStat> memory,
        Reading<MemoryEvents> memoryEvents,
        Reading<MemoryEvents> memoryEventsLocal,
        Reading<Long> pids,
        Reading<Long> pidsMaxEvents,
        Reading<List<IoStat>> io,
        Reading<Pressure> cpuPressure,
        Reading<Pressure> memoryPressure,
        Reading<Pressure> ioPressure) {

    /** Where nobody asked for it. */
    public static CgroupUsage unread() {
        String why = "not asked for";
        return new CgroupUsage(
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why),
                Reading.unknown(why));
    }

    public Reading<Pressure> pressure(Resource resource) {
        return switch (resource) {
            case CPU -> cpuPressure;
            case MEMORY -> memoryPressure;
            case IO -> ioPressure;
            case IRQ -> Reading.unknown("irq pressure is not sampled");
        };
    }
}
