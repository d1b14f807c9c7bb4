package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.model.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a {@code memory.max} below what cannot be reclaimed, or may be: on v2 the kernel would call the OOM killer
 * (cgroup-v2.rst, memory.max), on v1 it answers EBUSY. Blocking; worker threads only.
 */
final class WouldKill {
    private static final String FORCE = "change its limits with force (PATCH with ?force=true, vigia set --force)";

    private WouldKill() {}

    /**
     * @param present the {@code memory.max} that is in force; {@code null} where none is to be changed
     * @throws Problem of kind WOULD_KILL, also where only that is not known; NOT_FOUND where the group ended
     */
    static void check(
            Cgroup cgroup, @Nullable LimitValue present, Map<LimitFile, LimitValue> wanted, SwapRoom swapRoom) {
        if (!(wanted.get(LimitFile.MEMORY_MAX) instanceof LimitValue.Amount(long maxBytes))) {
            return;
        }
        String doubt = switch (cgroup.usage().memory()) {
            case Reading.Gone<MemoryStat>() -> throw LimitTransaction.gone(cgroup);
            case Reading.Unknown<MemoryStat>(String why) -> why;
            case Reading.Known<MemoryStat>(MemoryStat stat) ->
                doubt(cgroup, maxBytes, stat, swapRoom, wanted.get(LimitFile.MEMORY_SWAP_MAX));
        };
        // A limit that is raised is met already, and v1 does not kill.
        boolean lowered = !(present instanceof LimitValue.Amount(long presentBytes)) || maxBytes < presentBytes;
        if (doubt != null && lowered && cgroup.memoryMaxKills()) {
            throw refusal("whether memory.max " + maxBytes + " would kill in " + cgroup.path() + " cannot be told: "
                    + doubt + ". Ask again, or if it may, " + FORCE);
        }
    }

    /**
     * @return why it may kill all the same; {@code null} where it does not
     * @throws Problem where it does
     */
    private static @Nullable String doubt(
            Cgroup cgroup, long maxBytes, MemoryStat stat, SwapRoom swapRoom, @Nullable LimitValue swapMax) {
        if (stat.currentBytes() >= 0 && stat.currentBytes() <= maxBytes) {
            return null;
        }
        SwapRoom.Room room = swapRoom.of(cgroup, swapMax);
        long held = unreclaimableBytes(stat, room.mostBytes());
        if (held > maxBytes) {
            throw refusal("memory.max " + maxBytes + " is below the " + held + " bytes that " + cgroup.path()
                    + " uses and that cannot be reclaimed; the kernel would kill in it."
                    + " Raise the value, reclaim or shrink first, or " + FORCE);
        }
        if (stat.anonBytes() < 0 || stat.shmemBytes() < 0 || stat.kernelHeldBytes() < 0) {
            return "memory.stat does not say how much of what it uses is anonymous, shared and the kernel's";
        }
        return unreclaimableBytes(stat, 0) > maxBytes ? room.doubt() : null;
    }

    private static Problem refusal(String detail) {
        return Problem.of(Problem.Kind.WOULD_KILL, detail)
                .atFile(LimitFile.MEMORY_MAX.fileName(), 0)
                .atField(LimitFile.MEMORY_MAX.fileName());
    }

    // At least, as far as parts are unknown. shmem counts as page cache but needs swap like anonymous memory.
    private static long unreclaimableBytes(MemoryStat stat, long swapBytes) {
        long anon = Math.max(0, stat.anonBytes());
        long shmem = Math.max(0, stat.shmemBytes());
        return Math.max(0, anon + shmem - swapBytes) + Math.max(0, stat.kernelHeldBytes());
    }
}
