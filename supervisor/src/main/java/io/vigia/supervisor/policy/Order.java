package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.ProcessId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to be carried out. Every order is answered by one {@link Result} at the same place of the list. */
public sealed interface Order {
    /** Logs the decision, and posts it to {@code webhook} with retry. */
    record Post(@Nullable URI webhook) implements Order {}

    /** @param amountBytes to reclaim from this victim */
    record ReclaimBytes(Victim victim, long amountBytes) implements Order {
        public ReclaimBytes {
            if (amountBytes <= 0) {
                throw new IllegalArgumentException("an amount to reclaim must be above 0: " + amountBytes);
            }
        }
    }

    /**
     * Takes a lease on each file, all or none; {@code intent} is {@code TIGHTEN} or {@code RAISE}.
     *
     * @param seen what the survey read of the same files; they may be otherwise by now
     */
    record LeaseLimits(
            Victim victim, LeaseIntent intent, Map<LimitFile, LimitValue> limits, Map<LimitFile, LimitValue> seen)
            implements Order {
        public LeaseLimits {
            limits = Map.copyOf(limits);
            seen = Map.copyOf(seen);
        }
    }

    /** Takes a lease on {@link LeaseKey#FREEZE} that ends by itself after {@code atMost}. */
    record FreezeGroup(Victim victim, Duration atMost) implements Order {}

    /**
     * TERM, then KILL after {@code grace}; zero grace is KILL at once.
     *
     * @param processes empty: the whole group and what is below it; else exactly these
     */
    record KillVictim(Victim victim, RungAction.Scope scope, List<ProcessId> processes, Duration grace)
            implements Order {
        public KillVictim {
            processes = List.copyOf(processes);
        }
    }

    /** Gives back everything that {@code holder} has leased. Of what somebody else changed meanwhile, nothing is written. */
    record GiveBack(LeaseHolder holder) implements Order {}
}
