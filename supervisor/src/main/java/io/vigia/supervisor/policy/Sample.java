package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import java.util.Map;

/**
 * The target group at one moment; only what {@link Wants#samples()} names needs to be read, the rest may be unknown or
 * absent. Unknown never makes a condition hold, and never counts as relief.
 *
 * @param memoryBytes {@code memory.current}
 * @param hostMemoryBytes MemTotal of {@code /proc/meminfo}
 * @param pids {@code pids.current}
 * @param limits the present values, read from the kernel
 */
public record Sample(
        Reading<Long> memoryBytes,
        Reading<Long> hostMemoryBytes,
        Reading<Long> pids,
        Reading<MemoryEvents> memoryEvents,
        Map<Resource, Reading<Pressure>> pressure,
        Map<LimitFile, Reading<LimitValue>> limits) {
    public Sample {
        pressure = Map.copyOf(pressure);
        limits = Map.copyOf(limits);
    }

    Reading<Pressure> pressure(Resource resource) {
        Reading<Pressure> known = pressure.get(resource);
        return known == null ? Reading.unknown(resource.kernelName() + " pressure was not sampled") : known;
    }

    Reading<LimitValue> limit(LimitFile file) {
        Reading<LimitValue> known = limits.get(file);
        return known == null ? Reading.unknown(file.fileName() + " was not sampled") : known;
    }

    /** What a sample must contain. */
    public enum Part {
        MEMORY,
        HOST_MEMORY,
        PIDS,
        MEMORY_EVENTS,
        PRESSURE,
        LIMITS
    }
}
