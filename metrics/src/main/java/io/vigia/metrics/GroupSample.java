package io.vigia.metrics;

import io.vigia.kernel.model.CgroupUsage;
import org.jspecify.annotations.Nullable;

/**
 * One group at the time of a scrape.
 *
 * @param id the cgroup path with its first slash, as cAdvisor labels it
 * @param name the engine's name of the container, empty where there is none
 * @param image empty where unknown
 * @param pod names from Kubernetes, {@code null} outside of it
 * @param cpuQuotaUsec -1: no quota
 * @param cpuPeriodUsec -1: unknown
 * @param cpuShares v1 terms (weight 100 is 1024), -1: unknown
 * @param memoryLimitBytes 0: no limit (as cAdvisor says it), -1: unknown
 * @param processes of this cgroup alone, -1: unknown
 * @param startTimeSeconds since the epoch, -1: unknown
 */
public record GroupSample(
        String id,
        String name,
        String image,
        @Nullable Pod pod,
        CgroupUsage usage,
        long cpuQuotaUsec,
        long cpuPeriodUsec,
        long cpuShares,
        long memoryLimitBytes,
        long processes,
        double startTimeSeconds) {

    /** Where a group stands in Kubernetes. */
    public record Pod(String namespace, String pod, String container) {}
}
