package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.PressureKind;
import io.vigia.kernel.model.Resource;
import java.time.Duration;
import java.util.List;

/** {@code when:} of a policy. */
public sealed interface Condition {
    /** Every part holds. */
    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** At least one part holds. */
    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A kernel trigger. Holds from the trigger's event until a whole window passed without another.
     *
     * @param above share of the window stalled, above 0 to 1
     * @param window at most 10 s
     */
    record PressureAbove(Resource resource, PressureKind kind, double above, Duration window) implements Condition {}

    /** {@code memory.current} above a share of a limit; never holds while that limit is unlimited or unknown. */
    record MemoryAboveLimit(double above, LimitFile of) implements Condition {}

    /** {@code memory.current} above a share of the host's MemTotal. */
    record MemoryAboveHost(double above) implements Condition {}

    /** At least {@code count} new {@code high|max|oom|oom_kill} events within {@code per}. */
    record MemoryEventRate(String event, long count, Duration per) implements Condition {}

    /** {@code pids.current} above a share of {@code pids.max}; never holds while unlimited or unknown. */
    record PidsAbove(double above) implements Condition {}
}
