package io.vigia.kernel.model;

/** One device's line of {@code io.stat}: bytes and operations since the cgroup was made; {@link CgroupNumbers#UNKNOWN} where not read. */
public record IoStat(int major, int minor, long readBytes, long writeBytes, long readOps, long writeOps) {}
