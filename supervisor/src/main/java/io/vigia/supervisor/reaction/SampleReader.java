package io.vigia.supervisor.reaction;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.supervisor.policy.Sample;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads of a group what a policy asked for: three files for its memory, where all that is known of a group stands in some fifteen. */
final class SampleReader {
    private static final List<LimitFile> OF_MEMORY = List.of(LimitFile.MEMORY_MAX, LimitFile.MEMORY_HIGH);
    private static final List<Resource> PRESSED = List.of(Resource.CPU, Resource.MEMORY, Resource.IO);

    private SampleReader() {}

    /** Blocking; a worker. */
    static Sample read(Cgroup cgroup, Set<Sample.Part> parts, Supplier<Reading<Long>> hostMemoryBytes) {
        EnumMap<LimitFile, Reading<LimitValue>> limits = new EnumMap<>(LimitFile.class);
        if (parts.contains(Sample.Part.LIMITS) && parts.contains(Sample.Part.MEMORY)) {
            OF_MEMORY.forEach(file -> limits.put(file, cgroup.readLimit(file)));
        }
        if (parts.contains(Sample.Part.LIMITS) && parts.contains(Sample.Part.PIDS)) {
            limits.put(LimitFile.PIDS_MAX, cgroup.readLimit(LimitFile.PIDS_MAX));
        }
        EnumMap<Resource, Reading<Pressure>> pressure = new EnumMap<>(Resource.class);
        if (parts.contains(Sample.Part.PRESSURE)) {
            PRESSED.forEach(resource -> pressure.put(resource, cgroup.pressure(resource)));
        }
        return new Sample(
                asked(parts, Sample.Part.MEMORY, cgroup::memoryCurrentBytes),
                asked(parts, Sample.Part.HOST_MEMORY, hostMemoryBytes),
                asked(parts, Sample.Part.PIDS, cgroup::pidsCurrent),
                asked(parts, Sample.Part.MEMORY_EVENTS, cgroup::memoryEvents),
                pressure,
                limits);
    }

    private static <T> Reading<T> asked(Set<Sample.Part> parts, Sample.Part part, Supplier<Reading<T>> read) {
        return parts.contains(part) ? read.get() : Reading.unknown("not asked for");
    }
}
