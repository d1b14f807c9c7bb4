package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import java.util.Map;

/** Memory of the candidates earlier in the episode, in bytes, so that growth since then can be ranked. */
record Baseline(long nanos, Map<CgroupId, Long> memoryBytes) {
    Baseline {
        memoryBytes = Map.copyOf(memoryBytes);
    }
}
