package io.vigia.kernel.model;

/** Counters of {@code memory.events} (or {@code .local}) since the cgroup was made; -1 where unknown. */
public record MemoryEvents(long low, long high, long max, long oom, long oomKill, long oomGroupKill) {}
