package io.vigia.metrics;

import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.CpuStat;
import io.vigia.kernel.model.IoStat;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.Reading;
import io.vigia.metrics.Family.Line;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The families of every group: cAdvisor's names, units and meaning (its docs/storage/prometheus.md), and what cAdvisor
 * lacks under {@code vigia_}. A value that is unknown is left out, never written as 0.
 */
final class GroupFamilies {
    private static final double USEC = 1e-6;

    static final List<Family> ALL = List.of(
            cpu("container_cpu_usage_seconds_total", "CPU time used, in seconds.", CpuStat::usageUsec, USEC),
            cpu("container_cpu_user_seconds_total", "CPU time used in user mode, in seconds.", CpuStat::userUsec, USEC),
            cpu(
                    "container_cpu_system_seconds_total",
                    "CPU time used in the kernel, in seconds.",
                    CpuStat::systemUsec,
                    USEC),
            cpu(
                    "container_cpu_cfs_periods_total",
                    "Periods of cpu.max in which the group was runnable.",
                    CpuStat::periods,
                    1),
            cpu(
                    "container_cpu_cfs_throttled_periods_total",
                    "Periods of cpu.max in which the group was throttled.",
                    CpuStat::throttledPeriods,
                    1),
            cpu(
                    "container_cpu_cfs_throttled_seconds_total",
                    "Time that the group was throttled by cpu.max, in seconds.",
                    CpuStat::throttledUsec,
                    USEC),
            memory("container_memory_usage_bytes", "Memory in use, page cache included.", MemoryStat::currentBytes),
            memory(
                    "container_memory_working_set_bytes",
                    "Memory in use less the inactive page cache.",
                    MemoryStat::workingSetBytes),
            memory("container_memory_rss", "Anonymous memory in bytes.", MemoryStat::anonBytes),
            memory("container_memory_cache", "Page cache in bytes.", MemoryStat::fileBytes),
            memory("container_memory_swap", "Swap in use in bytes.", MemoryStat::swapBytes),
            memory("container_memory_max_usage_bytes", "The most memory that was ever in use.", MemoryStat::peakBytes),
            events("container_memory_events_high_total", "Times that memory.high was exceeded.", MemoryEvents::high),
            events(
                    "container_memory_events_max_total",
                    "Times that memory.max was about to be exceeded.",
                    MemoryEvents::max),
            events("container_oom_events_total", "Processes killed by the OOM killer.", MemoryEvents::oomKill),
            pressure("cpu", "waiting", CgroupUsage::cpuPressure, Pressure::some),
            pressure("cpu", "stalled", CgroupUsage::cpuPressure, Pressure::full),
            pressure("memory", "waiting", CgroupUsage::memoryPressure, Pressure::some),
            pressure("memory", "stalled", CgroupUsage::memoryPressure, Pressure::full),
            pressure("io", "waiting", CgroupUsage::ioPressure, Pressure::some),
            pressure("io", "stalled", CgroupUsage::ioPressure, Pressure::full),
            gauge("container_processes", "Processes of this cgroup itself.", GroupSample::processes),
            new Family("container_threads", Family.Type.GAUGE, "Threads of the group.", (group, line) -> {
                Long pids = group.usage().pids().orNull();
                if (pids != null) {
                    line.value(pids);
                }
            }),
            gauge("container_spec_cpu_period", "Period of cpu.max in microseconds.", GroupSample::cpuPeriodUsec),
            new Family(
                    "container_spec_cpu_quota",
                    Family.Type.GAUGE,
                    "Quota of cpu.max in microseconds.",
                    (group, line) -> {
                        if (group.cpuQuotaUsec() > 0) {
                            line.value(group.cpuQuotaUsec());
                        }
                    }),
            gauge("container_spec_cpu_shares", "CPU weight as v1 shares: 1024 is the default.", GroupSample::cpuShares),
            gauge(
                    "container_spec_memory_limit_bytes",
                    "memory.max in bytes, 0 when unlimited.",
                    GroupSample::memoryLimitBytes),
            new Family("container_start_time_seconds", Family.Type.GAUGE, "When the group was made.", (group, line) -> {
                if (group.startTimeSeconds() >= 0) {
                    line.value(group.startTimeSeconds());
                }
            }),
            io("container_fs_reads_bytes_total", "Bytes read from block devices.", IoStat::readBytes),
            io("container_fs_writes_bytes_total", "Bytes written to block devices.", IoStat::writeBytes),
            new Family(
                    "vigia_memory_events_total",
                    Family.Type.COUNTER,
                    "Counters of memory.events, of the group itself (local) or with all below it (tree).",
                    (group, line) -> {
                        memoryEvents(group.usage().memoryEventsLocal(), "local", line);
                        memoryEvents(group.usage().memoryEvents(), "tree", line);
                    }));

    private GroupFamilies() {}

    private static Family cpu(String name, String help, ToLongFunction<CpuStat> field, double factor) {
        return new Family(name, Family.Type.COUNTER, help, (group, line) -> {
            CpuStat stat = group.usage().cpu().orNull();
            if (stat != null && field.applyAsLong(stat) >= 0) {
                line.value(field.applyAsLong(stat) * factor);
            }
        });
    }

    private static Family memory(String name, String help, ToLongFunction<MemoryStat> field) {
        return new Family(name, Family.Type.GAUGE, help, (group, line) -> {
            MemoryStat stat = group.usage().memory().orNull();
            if (stat != null && field.applyAsLong(stat) >= 0) {
                line.value(field.applyAsLong(stat));
            }
        });
    }

    private static Family events(String name, String help, ToLongFunction<MemoryEvents> field) {
        return new Family(name, Family.Type.COUNTER, help, (group, line) -> {
            MemoryEvents events = group.usage().memoryEvents().orNull();
            if (events != null && field.applyAsLong(events) >= 0) {
                line.value(field.applyAsLong(events));
            }
        });
    }

    private static Family gauge(String name, String help, ToLongFunction<GroupSample> field) {
        return new Family(name, Family.Type.GAUGE, help, (group, line) -> {
            if (field.applyAsLong(group) >= 0) {
                line.value(field.applyAsLong(group));
            }
        });
    }

    private static Family pressure(
            String resource,
            String what,
            Function<CgroupUsage, Reading<Pressure>> file,
            Function<Pressure, @Nullable PressureStall> kind) {
        String who = what.equals("waiting") ? "at least one task" : "every task";
        return new Family(
                "container_pressure_" + resource + "_" + what + "_seconds_total",
                Family.Type.COUNTER,
                "Time that " + who + " of the group stalled on " + resource + ", in seconds.",
                (group, line) -> {
                    Pressure pressure = file.apply(group.usage()).orNull();
                    PressureStall stall = pressure == null ? null : kind.apply(pressure);
                    if (stall != null) {
                        line.value(stall.totalUsec() * USEC);
                    }
                });
    }

    private static Family io(String name, String help, ToLongFunction<IoStat> field) {
        return new Family(name, Family.Type.COUNTER, help, (group, line) -> {
            List<IoStat> devices = group.usage().io().orNull();
            if (devices != null) {
                for (IoStat device : devices) {
                    line.value("device", device.major() + ":" + device.minor(), field.applyAsLong(device));
                }
            }
        });
    }

    private static void memoryEvents(Reading<MemoryEvents> reading, String scope, Line line) {
        MemoryEvents events = reading.orNull();
        if (events != null) {
            memoryEvent(line, "low", scope, events.low());
            memoryEvent(line, "high", scope, events.high());
            memoryEvent(line, "max", scope, events.max());
            memoryEvent(line, "oom", scope, events.oom());
            memoryEvent(line, "oom_kill", scope, events.oomKill());
            memoryEvent(line, "oom_group_kill", scope, events.oomGroupKill());
        }
    }

    private static void memoryEvent(Line line, String event, String scope, long count) {
        if (count >= 0) {
            line.value("event", event, "scope", scope, count);
        }
    }
}
