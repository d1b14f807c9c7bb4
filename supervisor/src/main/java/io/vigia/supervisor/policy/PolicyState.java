package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One policy on one target group. Made and advanced by {@link PolicyEngine} alone; the rest of the world reads it.
 *
 * @param instance unique name, given at the start; decisions are numbered after it
 * @param id the target's; a group made again under the same path is another instance
 * @param reliefSinceNanos since when relief is seen without a break; {@code null}: it is not
 * @param leases taken and not yet ended
 * @param kills when this instance killed, or in dry-run would have, monotonic nanoseconds, oldest first
 * @param open decisions whose outcome is not known yet
 * @param request the survey that is asked for; {@code null}: none
 */
public record PolicyState(
        String instance,
        PolicySpec spec,
        CgroupPath path,
        CgroupId id,
        Phase phase,
        Watch watch,
        @Nullable Long reliefSinceNanos,
        Set<LeaseKey> leases,
        List<Long> kills,
        List<Decision> open,
        @Nullable SurveyRequest request,
        @Nullable Baseline baseline,
        long nextNumber,
        long lastNanos) {
    public PolicyState {
        leases = Set.copyOf(leases);
        kills = List.copyOf(kills);
        open = List.copyOf(open);
    }

    /** Nothing more will come of it: it may be forgotten. Until then outcomes of open decisions are still to be given. */
    public boolean finished() {
        return phase instanceof Phase.Ended && open.isEmpty();
    }

    /** Whether counts of {@code memory.events} can make it fire. */
    public boolean countsMemoryEvents() {
        return Detectors.leaves(spec.when()).anyMatch(Condition.MemoryEventRate.class::isInstance);
    }

    /** Whether it is between firing and the end of its relief. */
    public boolean active() {
        return switch (phase) {
            case Phase.Choosing c -> true;
            case Phase.Measuring m -> true;
            case Phase.Acting a -> true;
            case Phase.Waiting w -> true;
            case Phase.Holding h -> true;
            case Phase.Armed a -> false;
            case Phase.Pending p -> false;
            case Phase.Cooling c -> false;
            case Phase.Paused p -> false;
            case Phase.Ended e -> false;
        };
    }

    public LeaseHolder holder() {
        return LeaseHolder.ofPolicy(spec.name(), id);
    }
}
