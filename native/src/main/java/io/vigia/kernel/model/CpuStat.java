package io.vigia.kernel.model;

/**
 * {@code cpu.stat}: microseconds since the cgroup was made. The throttling counters are -1 where the cpu controller is
 * not enabled.
 */
public record CpuStat(
        long usageUsec, long userUsec, long systemUsec, long periods, long throttledPeriods, long throttledUsec) {}
