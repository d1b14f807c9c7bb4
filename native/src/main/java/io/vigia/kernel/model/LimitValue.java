package io.vigia.kernel.model;

/** A validated value of a {@link LimitFile}. {@link #kernelText()} is what is written, {@link Max} is "no limit". */
public sealed interface LimitValue {
    /** Exactly what the v2 file takes, without newline. */
    String kernelText();

    /** The value in JSON: a number where the file holds a plain number, else the kernel's text. */
    default Object json() {
        return kernelText();
    }

    /** No limit: {@code max}. As a value to write to {@code cpu.max} it keeps the period; that file reads back as {@link CpuUnlimited}. */
    record Max() implements LimitValue {
        @Override
        public String kernelText() {
            return "max";
        }
    }

    /** Bytes ({@code memory.*}), a count ({@code pids.max}), microseconds ({@code cpu.max.burst}) or a flag (0, 1). */
    record Amount(long value) implements LimitValue {
        public Amount {
            if (value < 0) {
                throw new IllegalArgumentException("must not be negative: " + value);
            }
        }

        @Override
        public String kernelText() {
            return Long.toString(value);
        }

        @Override
        public Object json() {
            return value;
        }
    }

    /**
     * {@code cpu.max} with a quota.
     *
     * @param quotaUsec CPU time per period, at least 1,000 us (kernel/sched/core.c, min_cfs_quota_period)
     * @param periodUsec 1,000 us to 1 s; the kernel's default is 100,000
     */
    record CpuQuota(long quotaUsec, long periodUsec) implements LimitValue {
        public static final long DEFAULT_PERIOD_USEC = 100_000;

        public CpuQuota {
            if (quotaUsec < 1_000) {
                throw new IllegalArgumentException("quota must be at least 1000 us: " + quotaUsec);
            }
            if (periodUsec < 1_000 || periodUsec > 1_000_000) {
                throw new IllegalArgumentException("period must be 1000 to 1000000 us: " + periodUsec);
            }
        }

        @Override
        public String kernelText() {
            return quotaUsec + " " + periodUsec;
        }
    }

    /** {@code cpu.max} without a quota, as the kernel prints it: {@code max 100000}. */
    record CpuUnlimited(long periodUsec) implements LimitValue {
        @Override
        public String kernelText() {
            return "max " + periodUsec;
        }
    }

    /** {@code cpu.weight}, {@code io.weight}: 1 to 10,000, default 100. */
    record Weight(int weight) implements LimitValue {
        public Weight {
            if (weight < 1 || weight > 10_000) {
                throw new IllegalArgumentException("weight must be 1 to 10000: " + weight);
            }
        }

        @Override
        public String kernelText() {
            return Integer.toString(weight);
        }

        @Override
        public Object json() {
            return weight;
        }
    }

    /** {@code io.max}, {@code cpuset.cpus}: kept as the kernel spells it. */
    record Text(String text) implements LimitValue {
        @Override
        public String kernelText() {
            return text;
        }
    }
}
