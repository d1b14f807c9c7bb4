package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryStat;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of a group's memory the kernel could still swap out: the host's free swap, or less where {@code memory.swap.max}
 * of the group or of one above it says so (cgroup-v2.rst, memory.swap.max). Blocking; worker threads only.
 */
record SwapRoom(Cgroups cgroups, LongSupplier hostFreeBytes) {
    /** @param soon the {@code memory.swap.max} it is about to get; {@code null} for the one it has */
    long bytes(Cgroup cgroup, @Nullable LimitValue soon) {
        LimitValue max = soon != null
                ? soon
                : cgroup.readLimit(LimitFile.MEMORY_SWAP_MAX).orNull();
        long room = Math.min(Math.max(0, hostFreeBytes.getAsLong()), below(max, cgroup));
        CgroupPath at = cgroup.path().parent();
        while (at != null && !at.isRoot() && room > 0) {
            Cgroup above = cgroups.open(at).orNull();
            if (above != null) {
                room = Math.min(
                        room, below(above.readLimit(LimitFile.MEMORY_SWAP_MAX).orNull(), above));
            }
            at = at.parent();
        }
        return room;
    }

    private static long below(@Nullable LimitValue max, Cgroup cgroup) {
        if (!(max instanceof LimitValue.Amount(long maxBytes))) {
            return Long.MAX_VALUE;
        }
        MemoryStat stat = cgroup.usage().memory().orNull();
        return Math.max(0, maxBytes - (stat == null ? 0 : Math.max(0, stat.swapBytes())));
    }
}
