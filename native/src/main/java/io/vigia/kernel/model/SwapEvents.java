package io.vigia.kernel.model;

/** Counters of {@code memory.swap.events}, of the group and all below it, since the cgroup was made; -1 where unknown. */
public record SwapEvents(long max, long fail) {}
