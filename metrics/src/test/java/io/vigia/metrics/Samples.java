package io.vigia.metrics;

import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.CpuStat;
import io.vigia.kernel.model.IoStat;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.Reading;
import java.util.List;

/** Groups to scrape. */
final class Samples {
    private Samples() {}

    static GroupSample known(String id) {
        Pressure pressure = new Pressure(new PressureStall(1, 2, 3, 4_500_000), new PressureStall(0, 0, 0, 250));
        MemoryEvents events = new MemoryEvents(0, 1, 2, 3, 4, 0);
        CgroupUsage usage = new CgroupUsage(
                Reading.known(new CpuStat(81_234, 60_000, 21_234, 10, 2, 5_000)),
                Reading.known(new MemoryStat(7_340_032, 8_000_000, 0, 4_000_000, 3_000_000, 1_000_000, 0, 0)),
                Reading.known(events),
                Reading.known(events),
                Reading.known(3L),
                Reading.known(0L),
                Reading.known(List.of(new IoStat(8, 16, 4096, 8192, 1, 2))),
                Reading.known(pressure),
                Reading.known(pressure),
                Reading.known(pressure));
        return new GroupSample(id, "", "", null, usage, 50_000, 100_000, 1024, 536_870_912, 3, 1_700_000_000);
    }

    static GroupSample unknown(String id) {
        CgroupUsage usage = new CgroupUsage(
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.unknown(""),
                Reading.gone(),
                Reading.gone(),
                Reading.gone());
        return new GroupSample(id, "", "", null, usage, -1, -1, -1, -1, -1, -1);
    }
}
