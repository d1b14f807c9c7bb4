package io.vigia.kernel.model;

import java.util.Arrays;
import java.util.List;

/**
 * The numbers of one cgroup, filled anew by each reading so that a reading allocates nothing. <em>Unknown</em>,
 * <em>unlimited</em> and zero are three values. One thread at a time.
 */
public final class CgroupNumbers {
    public static final long UNKNOWN = -1;
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final long[] values = new long[CgroupNumber.COUNT];
    private List<IoStat> io = List.of();
    private List<InterfaceStat> interfaces = List.of();

    public CgroupNumbers() {
        Arrays.fill(values, UNKNOWN);
    }

    public long get(CgroupNumber number) {
        return values[number.index()];
    }

    public boolean isKnown(CgroupNumber number) {
        return get(number) >= 0;
    }

    public void set(CgroupNumber number, long value) {
        values[number.index()] = value;
    }

    /** Empty also when unknown: a device that is not named has no sample. */
    public List<IoStat> io() {
        return io;
    }

    public void io(List<IoStat> devices) {
        io = List.copyOf(devices);
    }

    /** Of the group's network namespace; empty where it shares the host's. */
    public List<InterfaceStat> interfaces() {
        return interfaces;
    }

    public void interfaces(List<InterfaceStat> all) {
        interfaces = List.copyOf(all);
    }
}
