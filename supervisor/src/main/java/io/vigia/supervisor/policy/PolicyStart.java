package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * How an instance begins.
 *
 * @param instance unique among all instances ever recorded; the ids of decisions are made from it
 * @param pastKills this policy's kills on this target before a restart, so that the budget survives it
 * @param leases still held from before a restart; they are taken over: given back on relief
 */
public record PolicyStart(
        String instance, PolicySpec spec, CgroupPath path, CgroupId id, List<Instant> pastKills, Set<LeaseKey> leases) {
    public PolicyStart {
        pastKills = List.copyOf(pastKills);
        leases = Set.copyOf(leases);
    }
}
