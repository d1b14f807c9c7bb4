package io.vigia.supervisor.action;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Reading;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of a group's memory the kernel could still swap out: the host's free swap, or less where {@code memory.swap.max}
 * of the group or of one above it says so (cgroup-v2.rst, memory.swap.max). Blocking; worker threads only.
 */
record SwapRoom(Cgroups cgroups, Supplier<Reading<Long>> hostFreeBytes) {
    /**
     * @param mostBytes as far as it is known; {@link Long#MAX_VALUE} where nothing is
     * @param doubt why it may be less; {@code null} where it is not
     */
    record Room(long mostBytes, @Nullable String doubt) {
        private static final Room UNLIMITED = new Room(Long.MAX_VALUE, null);

        private Room and(Room other) {
            return new Room(Math.min(mostBytes, other.mostBytes), doubt == null ? other.doubt : doubt);
        }
    }

    /** @param soon the {@code memory.swap.max} it is about to get; {@code null} for the one it has */
    Room of(Cgroup cgroup, @Nullable LimitValue soon) {
        Room room = (switch (hostFreeBytes.get()) {
                    case Reading.Known<Long>(Long bytes) -> new Room(Math.max(0, bytes), null);
                    case Reading.Unknown<Long>(String why) -> new Room(Long.MAX_VALUE, why);
                    case Reading.Gone<Long>() -> new Room(Long.MAX_VALUE, "the host's free swap cannot be read");
                })
                .and(below(soon != null ? Reading.known(soon) : cgroup.readLimit(LimitFile.MEMORY_SWAP_MAX), cgroup));
        CgroupPath at = cgroup.path().parent();
        while (at != null && !at.isRoot() && room.mostBytes() > 0) {
            room = room.and(
                    switch (cgroups.open(at)) {
                        case Reading.Known<Cgroup>(Cgroup above) ->
                            below(above.readLimit(LimitFile.MEMORY_SWAP_MAX), above);
                        case Reading.Unknown<Cgroup>(String why) -> new Room(Long.MAX_VALUE, why);
                        // None outlives the one above it.
                        case Reading.Gone<Cgroup>() -> throw LimitTransaction.gone(cgroup);
                    });
            at = at.parent();
        }
        return room;
    }

    private Room below(Reading<LimitValue> max, Cgroup cgroup) {
        return switch (max) {
            case Reading.Known<LimitValue>(LimitValue.Amount(long maxBytes)) -> below(maxBytes, cgroup);
            case Reading.Known<LimitValue> unlimited -> Room.UNLIMITED;
            case Reading.Gone<LimitValue>() -> throw LimitTransaction.gone(cgroup);
            // A kernel that does not account for swap does not limit it.
            case Reading.Unknown<LimitValue>(String why) ->
                cgroups.support(LimitFile.MEMORY_SWAP_MAX).usable() ? new Room(Long.MAX_VALUE, why) : Room.UNLIMITED;
        };
    }

    private static Room below(long maxBytes, Cgroup cgroup) {
        MemoryStat stat = cgroup.usage().memory().orNull();
        return stat == null || stat.swapBytes() < 0
                ? new Room(maxBytes, "how much swap " + cgroup.path() + " uses is not known")
                : new Room(Math.max(0, maxBytes - stat.swapBytes()), null);
    }
}
