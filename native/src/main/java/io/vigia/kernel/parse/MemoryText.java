package io.vigia.kernel.parse;

import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.SwapEvents;
import java.util.stream.Stream;

/** The memory controller's read-only files, v2 and v1 (cgroup-v2.rst; cgroup-v1/memory.rst). */
public final class MemoryText {
    private MemoryText() {}

    /** v2's {@code memory.stat} with the counters of the files beside it. */
    public static MemoryStat stat(String stat, long currentBytes, long peakBytes, long swapBytes) {
        CgroupKeyed keys = new CgroupKeyed(stat);
        long anon = keys.get("anon");
        long file = keys.get("file");
        long shmem = keys.get("shmem");
        long inactiveFile = keys.get("inactive_file");
        long slabReclaimable = keys.get("slab_reclaimable");
        return new MemoryStat(
                currentBytes,
                peakBytes,
                swapBytes,
                anon,
                file,
                inactiveFile,
                shmem,
                slabReclaimable,
                kernelHeld(keys, slabReclaimable));
    }

    // The sum of all kernel memory is told since Linux 5.18; before that its parts.
    private static long kernelHeld(CgroupKeyed keys, long slabReclaimable) {
        long kernel = keys.get("kernel");
        if (kernel >= 0) {
            return Math.max(0, kernel - Math.max(0, slabReclaimable));
        }
        return Stream.of("kernel_stack", "pagetables", "percpu", "slab_unreclaimable")
                .mapToLong(key -> Math.max(0, keys.get(key)))
                .sum();
    }

    /** v1's {@code memory.stat}: the {@code total_} values, which count descendants as v2 does. */
    public static MemoryStat statV1(String stat, long usageBytes, long maxUsageBytes) {
        CgroupKeyed keys = new CgroupKeyed(stat);
        long cache = keys.get("total_cache");
        long rss = keys.get("total_rss");
        long shmem = keys.get("total_shmem");
        long swap = keys.get("total_swap");
        long inactiveFile = keys.get("total_inactive_file");
        return new MemoryStat(usageBytes, maxUsageBytes, swap, rss, cache, inactiveFile, shmem, -1, -1);
    }

    /** v2's {@code memory.events} and {@code memory.events.local}. */
    public static MemoryEvents events(String text) {
        CgroupKeyed keys = new CgroupKeyed(text);
        return new MemoryEvents(
                keys.get("low"),
                keys.get("high"),
                keys.get("max"),
                keys.get("oom"),
                keys.get("oom_kill"),
                keys.get("oom_group_kill"));
    }

    /** {@code memory.swap.events}. */
    public static SwapEvents swapEvents(String text) {
        CgroupKeyed keys = new CgroupKeyed(text);
        return new SwapEvents(keys.get("max"), keys.get("fail"));
    }

    /** v1: how often the limit was hit and how often its OOM killer struck; the rest it does not count. */
    public static MemoryEvents eventsV1(String oomControl, long failcnt) {
        return new MemoryEvents(-1, -1, failcnt, -1, new CgroupKeyed(oomControl).get("oom_kill"), -1);
    }

    /** A file with one number. */
    public static long amount(String text) {
        return Long.parseLong(text.strip());
    }
}
