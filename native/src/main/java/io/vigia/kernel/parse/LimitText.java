package io.vigia.kernel.parse;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;

/** What the kernel prints in a v2 limit file. For what people write see {@link LimitValues}. */
public final class LimitText {
    private static final String MAX = "max";
    private static final String DEFAULT_WEIGHT = "default ";

    private LimitText() {}

    /** @throws IllegalArgumentException for a text that no known kernel prints there */
    public static LimitValue parse(LimitFile file, String raw) {
        String text = raw.strip();
        return switch (file) {
            case CPU_MAX -> cpuMax(text);
            case CPU_WEIGHT -> new LimitValue.Weight(Integer.parseInt(text));
            case IO_WEIGHT -> new LimitValue.Weight(ioWeight(text));
            case IO_MAX -> ofIoMax(IoMax.ofKernel(text));
            case CPUSET_CPUS, CPUSET_MEMS -> new LimitValue.Text(CpuList.normalize(text));
            case CPU_MAX_BURST,
                    CPU_IDLE,
                    MEMORY_MIN,
                    MEMORY_LOW,
                    MEMORY_HIGH,
                    MEMORY_MAX,
                    MEMORY_SWAP_MAX,
                    MEMORY_OOM_GROUP,
                    PIDS_MAX -> text.equals(MAX) ? new LimitValue.Max() : new LimitValue.Amount(Long.parseLong(text));
        };
    }

    /** No device with a limit is {@link LimitValue.Max}. */
    public static LimitValue ofIoMax(IoMax max) {
        return max.devices().isEmpty() ? new LimitValue.Max() : new LimitValue.Text(max.text());
    }

    /** The inverse of {@link #ofIoMax}. */
    public static IoMax toIoMax(LimitValue value) {
        return IoMax.ofKernel(value instanceof LimitValue.Text(String text) ? text : "");
    }

    private static LimitValue cpuMax(String text) {
        int space = text.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("'" + text + "' is not QUOTA PERIOD");
        }
        long period = Long.parseLong(text, space + 1, text.length(), 10);
        String quota = text.substring(0, space);
        return quota.equals(MAX)
                ? new LimitValue.CpuUnlimited(period)
                : new LimitValue.CpuQuota(Long.parseLong(quota), period);
    }

    // "default 100", then one line a device; bfq on v1 prints the number alone.
    private static int ioWeight(String text) {
        int newline = text.indexOf('\n');
        String first = newline < 0 ? text : text.substring(0, newline);
        return Integer.parseInt(first.startsWith(DEFAULT_WEIGHT) ? first.substring(DEFAULT_WEIGHT.length()) : first);
    }
}
