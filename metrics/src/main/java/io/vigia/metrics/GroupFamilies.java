package io.vigia.metrics;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.InterfaceStat;
import io.vigia.kernel.model.IoStat;
import io.vigia.metrics.Family.Line;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The families of every group: cAdvisor's names, units and meaning (its docs/storage/prometheus.md), and what cAdvisor
 * lacks under {@code vigia_}. A value that is unknown is left out, never written as 0.
 */
final class GroupFamilies {
    static final List<Family> ALL = List.of(
            seconds("container_cpu_usage_seconds_total", "CPU time used, in seconds.", CgroupNumber.CPU_USAGE_USEC),
            seconds(
                    "container_cpu_user_seconds_total",
                    "CPU time used in user mode, in seconds.",
                    CgroupNumber.CPU_USER_USEC),
            seconds(
                    "container_cpu_system_seconds_total",
                    "CPU time used in the kernel, in seconds.",
                    CgroupNumber.CPU_SYSTEM_USEC),
            counter(
                    "container_cpu_cfs_periods_total",
                    "Periods of cpu.max in which the group was runnable.",
                    CgroupNumber.CPU_PERIODS),
            counter(
                    "container_cpu_cfs_throttled_periods_total",
                    "Periods of cpu.max in which the group was throttled.",
                    CgroupNumber.CPU_THROTTLED_PERIODS),
            seconds(
                    "container_cpu_cfs_throttled_seconds_total",
                    "Time that the group was throttled by cpu.max, in seconds.",
                    CgroupNumber.CPU_THROTTLED_USEC),
            gauge(
                    "container_memory_usage_bytes",
                    "Memory in use, page cache included.",
                    CgroupNumber.MEMORY_CURRENT_BYTES),
            new Family(
                    "container_memory_working_set_bytes",
                    Family.Type.GAUGE,
                    "Memory in use less the inactive page cache.",
                    (group, line) -> line.number(workingSet(group.numbers()))),
            gauge("container_memory_rss", "Anonymous memory in bytes.", CgroupNumber.MEMORY_ANON_BYTES),
            gauge("container_memory_cache", "Page cache in bytes.", CgroupNumber.MEMORY_FILE_BYTES),
            gauge("container_memory_swap", "Swap in use in bytes.", CgroupNumber.MEMORY_SWAP_BYTES),
            gauge(
                    "container_memory_max_usage_bytes",
                    "The most memory that was ever in use.",
                    CgroupNumber.MEMORY_PEAK_BYTES),
            events(
                    "container_memory_events_high_total",
                    "Times that memory.high was exceeded.",
                    CgroupNumber.EVENTS_HIGH,
                    CgroupNumber.LOCAL_HIGH),
            new Family(
                    "container_memory_events_max_total",
                    Family.Type.COUNTER,
                    "Times that memory.max was about to be exceeded.",
                    (group, line) -> line.number(eventsMax(group.numbers()))),
            events(
                    "container_oom_events_total",
                    "Processes killed by the OOM killer.",
                    CgroupNumber.EVENTS_OOM_KILL,
                    CgroupNumber.LOCAL_OOM_KILL),
            pressure("cpu", "waiting", CgroupNumber.CPU_SOME_USEC),
            pressure("cpu", "stalled", CgroupNumber.CPU_FULL_USEC),
            pressure("memory", "waiting", CgroupNumber.MEMORY_SOME_USEC),
            pressure("memory", "stalled", CgroupNumber.MEMORY_FULL_USEC),
            pressure("io", "waiting", CgroupNumber.IO_SOME_USEC),
            pressure("io", "stalled", CgroupNumber.IO_FULL_USEC),
            gauge("container_processes", "Processes of this cgroup itself.", CgroupNumber.PROCESSES),
            gauge("container_threads", "Threads of the group.", CgroupNumber.PIDS_CURRENT),
            limit("container_threads_max", "pids.max, 0 when unlimited.", CgroupNumber.PIDS_MAX),
            gauge("container_spec_cpu_period", "Period of cpu.max in microseconds.", CgroupNumber.CPU_PERIOD_USEC),
            new Family(
                    "container_spec_cpu_quota",
                    Family.Type.GAUGE,
                    "Quota of cpu.max in microseconds; absent without one.",
                    (group, line) -> {
                        long quota = group.numbers().get(CgroupNumber.CPU_QUOTA_USEC);
                        if (quota != CgroupNumbers.UNLIMITED) {
                            line.number(quota);
                        }
                    }),
            gauge(
                    "container_spec_cpu_shares",
                    "CPU weight as v1 shares: 1024 is the default.",
                    CgroupNumber.CPU_SHARES),
            limit(
                    "container_spec_memory_limit_bytes",
                    "memory.max in bytes, 0 when unlimited.",
                    CgroupNumber.MEMORY_MAX_BYTES),
            new Family(
                    "container_start_time_seconds",
                    Family.Type.GAUGE,
                    "When the group was made, seconds since the epoch.",
                    (group, line) -> line.millis(group.startMillis())),
            io("container_fs_reads_bytes_total", "Bytes read from block devices.", IoStat::readBytes),
            io("container_fs_writes_bytes_total", "Bytes written to block devices.", IoStat::writeBytes),
            io("container_fs_reads_total", "Reads from block devices; cgroup v2 alone.", IoStat::readOps),
            io("container_fs_writes_total", "Writes to block devices; cgroup v2 alone.", IoStat::writeOps),
            network("receive_bytes", "Bytes received.", InterfaceStat::receivedBytes),
            network("receive_packets", "Packets received.", InterfaceStat::receivedPackets),
            network("receive_errors", "Errors while receiving.", InterfaceStat::receiveErrors),
            network("receive_packets_dropped", "Packets dropped while receiving.", InterfaceStat::receiveDropped),
            network("transmit_bytes", "Bytes sent.", InterfaceStat::transmittedBytes),
            network("transmit_packets", "Packets sent.", InterfaceStat::transmittedPackets),
            network("transmit_errors", "Errors while sending.", InterfaceStat::transmitErrors),
            network("transmit_packets_dropped", "Packets dropped while sending.", InterfaceStat::transmitDropped),
            new Family(
                    "vigia_memory_events_total",
                    Family.Type.COUNTER,
                    "Counters of memory.events, of the group itself (local) or with all below it (tree).",
                    GroupFamilies::memoryEvents));

    private static final class EventLine {
        final CgroupNumber number;
        final byte[] labels;

        EventLine(CgroupNumber number, String scope) {
            String event =
                    number.name().substring(number.name().indexOf('_') + 1).toLowerCase(Locale.ROOT);
            this.number = number;
            this.labels = ByteText.utf8("event=\"" + event + "\",scope=\"" + scope + "\"");
        }
    }

    private static final List<EventLine> MEMORY_EVENTS = List.of(
            new EventLine(CgroupNumber.LOCAL_LOW, "local"),
            new EventLine(CgroupNumber.LOCAL_HIGH, "local"),
            new EventLine(CgroupNumber.LOCAL_MAX, "local"),
            new EventLine(CgroupNumber.LOCAL_OOM, "local"),
            new EventLine(CgroupNumber.LOCAL_OOM_KILL, "local"),
            new EventLine(CgroupNumber.LOCAL_OOM_GROUP_KILL, "local"),
            new EventLine(CgroupNumber.EVENTS_LOW, "tree"),
            new EventLine(CgroupNumber.EVENTS_HIGH, "tree"),
            new EventLine(CgroupNumber.EVENTS_MAX, "tree"),
            new EventLine(CgroupNumber.EVENTS_OOM, "tree"),
            new EventLine(CgroupNumber.EVENTS_OOM_KILL, "tree"),
            new EventLine(CgroupNumber.EVENTS_OOM_GROUP_KILL, "tree"));

    private GroupFamilies() {}

    private static Family seconds(String name, String help, CgroupNumber usec) {
        return new Family(
                name,
                Family.Type.COUNTER,
                help,
                (group, line) -> line.micros(group.numbers().get(usec)));
    }

    private static Family counter(String name, String help, CgroupNumber number) {
        return new Family(
                name,
                Family.Type.COUNTER,
                help,
                (group, line) -> line.number(group.numbers().get(number)));
    }

    private static Family gauge(String name, String help, CgroupNumber number) {
        return new Family(
                name,
                Family.Type.GAUGE,
                help,
                (group, line) -> line.number(group.numbers().get(number)));
    }

    /** Of the whole subtree where the hierarchy counts that, as v2 does. */
    private static Family events(String name, String help, CgroupNumber tree, CgroupNumber local) {
        return new Family(
                name,
                Family.Type.COUNTER,
                help,
                (group, line) -> line.number(treeOrLocal(group.numbers(), tree, local)));
    }

    private static long treeOrLocal(CgroupNumbers numbers, CgroupNumber tree, CgroupNumber local) {
        return numbers.isKnown(tree) ? numbers.get(tree) : numbers.get(local);
    }

    private static long workingSet(CgroupNumbers numbers) {
        long inactive = numbers.get(CgroupNumber.MEMORY_INACTIVE_FILE_BYTES);
        long current = numbers.get(CgroupNumber.MEMORY_CURRENT_BYTES);
        return current < 0 || inactive < 0 ? CgroupNumbers.UNKNOWN : Math.max(0, current - inactive);
    }

    private static long eventsMax(CgroupNumbers numbers) {
        return numbers.isKnown(CgroupNumber.EVENTS_MAX) ? numbers.get(CgroupNumber.EVENTS_MAX) : localMax(numbers);
    }

    // On v1, with swap limited to nothing, memory plus swap is the counter that is hit, and its hits are not counted
    // (measured on 6.18: memory.memsw.failcnt stays 0): unknown, not zero.
    private static long localMax(CgroupNumbers numbers) {
        long both = numbers.get(CgroupNumber.MEMORY_AND_SWAP_MAX_BYTES);
        boolean uncounted =
                both >= 0 && both != CgroupNumbers.UNLIMITED && both <= numbers.get(CgroupNumber.MEMORY_MAX_BYTES);
        return uncounted ? CgroupNumbers.UNKNOWN : numbers.get(CgroupNumber.LOCAL_MAX);
    }

    private static Family pressure(String resource, String what, CgroupNumber usec) {
        String who = what.equals("waiting") ? "at least one task" : "every task";
        return seconds(
                "container_pressure_" + resource + "_" + what + "_seconds_total",
                "Time that " + who + " of the group stalled on " + resource + ", in seconds.",
                usec);
    }

    private static Family limit(String name, String help, CgroupNumber number) {
        return new Family(name, Family.Type.GAUGE, help, (group, line) -> {
            long limit = group.numbers().get(number);
            line.number(limit == CgroupNumbers.UNLIMITED ? 0 : limit);
        });
    }

    private static Family io(String name, String help, ToLongFunction<IoStat> field) {
        return new Family(name, Family.Type.COUNTER, help, (group, line) -> {
            for (IoStat stat : group.numbers().io()) {
                String device = group.devices().name(stat.major(), stat.minor());
                line.labelled(label("device", device), field.applyAsLong(stat));
            }
        });
    }

    private static Family network(String what, String help, ToLongFunction<InterfaceStat> field) {
        return new Family(
                "container_network_" + what + "_total",
                Family.Type.COUNTER,
                help + " Of groups with a network namespace of their own.",
                (group, line) -> {
                    for (InterfaceStat one : group.numbers().interfaces()) {
                        line.labelled(label("interface", one.name()), field.applyAsLong(one));
                    }
                });
    }

    private static byte[] label(String name, String value) {
        return ByteText.utf8(GroupLabels.label(new StringBuilder(), name, value).toString());
    }

    private static void memoryEvents(GroupSample group, Line line) {
        for (EventLine event : MEMORY_EVENTS) {
            line.labelled(
                    event.labels,
                    event.number == CgroupNumber.LOCAL_MAX
                            ? localMax(group.numbers())
                            : group.numbers().get(event.number));
        }
    }
}
