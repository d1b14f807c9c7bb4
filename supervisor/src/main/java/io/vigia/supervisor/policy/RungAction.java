package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a rung of the ladder does. {@code victims == null} means the target itself. */
public sealed interface RungAction {
    /** Logs, and posts the decision to {@code webhook} with retry when there is one. */
    record Notify(@Nullable URI webhook) implements RungAction {}

    /** @param amountBytes to reclaim from the victims */
    record Reclaim(PolicySpec.@Nullable Target victims, long amountBytes) implements RungAction {}

    /**
     * Raises a limit of the target as a lease.
     *
     * @param byShare 0.2 = by 20 percent of the present value; or {@code byBytes} when above 0
     * @param ceilingBytes never above; 0: no ceiling
     */
    record Raise(LimitFile file, double byShare, long byBytes, long ceilingBytes) implements RungAction {}

    /** Sets limits of the victims as leases; never loosens one that is tighter already. */
    record Throttle(PolicySpec.@Nullable Target victims, Map<LimitFile, LimitValue> limits) implements RungAction {
        public Throttle {
            limits = Map.copyOf(limits);
        }
    }

    /** @param atMost thawed after this long at the latest */
    record Freeze(PolicySpec.@Nullable Target victims, Duration atMost) implements RungAction {}

    /** TERM to the one that ranks highest, then KILL after {@code grace}. */
    record Kill(PolicySpec.@Nullable Target victims, Rank rank, Scope scope, Duration grace) implements RungAction {}

    /** What makes a victim rank higher. */
    enum Rank {
        MEMORY,
        MEMORY_GROWTH,
        PRESSURE,
        PIDS
    }

    /** How much of the victim goes. */
    enum Scope {
        GROUP,
        TREE,
        PROCESS
    }
}
