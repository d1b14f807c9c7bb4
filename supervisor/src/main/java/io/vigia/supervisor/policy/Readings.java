package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Reading;

/** Helpers for values that may not be there. */
final class Readings {
    private Readings() {}

    /** {@code memory.current}, where -1 in the record means that this hierarchy does not say. */
    static Reading<Long> memoryBytes(CgroupUsage usage) {
        return switch (usage.memory()) {
            case Reading.Known<io.vigia.kernel.model.MemoryStat>(io.vigia.kernel.model.MemoryStat stat) ->
                stat.currentBytes() < 0
                        ? Reading.unknown("memory.current is not known here")
                        : Reading.known(stat.currentBytes());
            case Reading.Gone<io.vigia.kernel.model.MemoryStat>() -> Reading.gone();
            case Reading.Unknown<io.vigia.kernel.model.MemoryStat>(String why) -> Reading.unknown(why);
        };
    }

    /** Why there is no value; empty when there is one. */
    static String whyNot(Reading<?> reading) {
        return switch (reading) {
            case Reading.Known<?> known -> "";
            case Reading.Gone<?> gone -> "the group is gone";
            case Reading.Unknown<?>(String why) -> why;
        };
    }
}
