package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.supervisor.model.Problem;
import java.util.Map;

/**
 * Refuses a {@code memory.max} below what cannot be reclaimed: on v2 the kernel would call the OOM killer (cgroup-v2.rst,
 * memory.max), on v1 it answers EBUSY. Blocking; worker threads only.
 */
final class WouldKill {
    private WouldKill() {}

    /** @throws Problem of kind WOULD_KILL */
    static void check(Cgroup cgroup, Map<LimitFile, LimitValue> wanted, SwapRoom swap) {
        if (!(wanted.get(LimitFile.MEMORY_MAX) instanceof LimitValue.Amount(long maxBytes))) {
            return;
        }
        MemoryStat stat = cgroup.usage().memory().orNull();
        if (stat == null || stat.currentBytes() < 0 || stat.currentBytes() <= maxBytes) {
            return;
        }
        long held = unreclaimableBytes(stat, swap.bytes(cgroup, wanted.get(LimitFile.MEMORY_SWAP_MAX)));
        if (held > maxBytes) {
            throw Problem.of(
                            Problem.Kind.WOULD_KILL,
                            "memory.max " + maxBytes + " is below the " + held + " bytes that " + cgroup.path()
                                    + " uses and that cannot be reclaimed; the kernel would kill in it."
                                    + " Raise the value, reclaim or shrink first, or ask with force=true")
                    .atFile(LimitFile.MEMORY_MAX.fileName(), 0)
                    .atField(LimitFile.MEMORY_MAX.fileName());
        }
    }

    // shmem counts as page cache but needs swap like anonymous memory.
    private static long unreclaimableBytes(MemoryStat stat, long swapBytes) {
        long anon = Math.max(0, stat.anonBytes());
        long shmem = Math.max(0, stat.shmemBytes());
        return Math.max(0, anon + shmem - swapBytes) + Math.max(0, stat.kernelHeldBytes());
    }
}
