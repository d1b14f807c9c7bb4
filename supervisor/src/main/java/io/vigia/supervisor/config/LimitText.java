package io.vigia.supervisor.config;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of limit files as people and the kernel write them. Stricter than the kernel, which wraps what is too large and
 * ignores what follows (measured, Linux 6.18).
 */
public final class LimitText {
    private static final Pattern QUOTA_AND_PERIOD = Pattern.compile("([0-9]{1,15}|max)(?: +([0-9]{1,9}))?");
    private static final Pattern MILLI_CPU = Pattern.compile("([0-9]{1,9})m");
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)%");
    private static final Pattern CPU_LIST = Pattern.compile("[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*");
    private static final Pattern IO_MAX =
            Pattern.compile("[0-9]+:[0-9]+( +(rbps|wbps|riops|wiops)=(max|[0-9]{1,18}))+");

    private LimitText() {}

    /** @throws IllegalArgumentException saying what is wrong and how it is written */
    public static LimitValue parse(LimitFile file, String text) {
        return switch (file) {
            case CPU_MAX -> cpuMax(text);
            case CPU_WEIGHT, IO_WEIGHT ->
                new LimitValue.Weight((int) count(text, 1, 10_000, "a weight from 1 to 10000"));
            case CPU_IDLE, MEMORY_OOM_GROUP -> new LimitValue.Amount(flag(text));
            case CPU_MAX_BURST ->
                new LimitValue.Amount(count(text, 0, Long.MAX_VALUE, "a number of microseconds, for example 10000"));
            case PIDS_MAX ->
                text.equals("max")
                        ? new LimitValue.Max()
                        : new LimitValue.Amount(count(text, 0, 1L << 22, "a number of tasks up to 4194304, or max"));
            case MEMORY_MIN, MEMORY_LOW, MEMORY_HIGH, MEMORY_MAX, MEMORY_SWAP_MAX ->
                text.equals("max") ? new LimitValue.Max() : new LimitValue.Amount(Quantities.bytes(text));
            case IO_MAX -> new LimitValue.Text(matching(text, IO_MAX, "'MAJOR:MINOR rbps=… wbps=… riops=… wiops=…'"));
            case CPUSET_CPUS, CPUSET_MEMS -> new LimitValue.Text(matching(text, CPU_LIST, "a list like 0-3,6"));
        };
    }

    private static LimitValue cpuMax(String text) {
        Matcher milli = MILLI_CPU.matcher(text);
        Matcher percent = PERCENT.matcher(text);
        Matcher literal = QUOTA_AND_PERIOD.matcher(text);
        long period = LimitValue.CpuQuota.DEFAULT_PERIOD_USEC;
        if (milli.matches()) {
            return new LimitValue.CpuQuota(Long.parseLong(milli.group(1)) * period / 1000, period);
        }
        if (percent.matches()) {
            BigDecimal quota = new BigDecimal(percent.group(1)).multiply(BigDecimal.valueOf(period / 100));
            return new LimitValue.CpuQuota(
                    quota.setScale(0, RoundingMode.HALF_UP).longValueExact(), period);
        }
        if (literal.matches()) {
            long given = literal.group(2) == null ? period : Long.parseLong(literal.group(2));
            return literal.group(1).equals("max")
                    ? new LimitValue.Max()
                    : new LimitValue.CpuQuota(Long.parseLong(literal.group(1)), given);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no share of CPU time: write 50%, 500m, max, or quota and period like 50000 100000");
    }

    private static long flag(String text) {
        return switch (text) {
            case "0", "false" -> 0;
            case "1", "true" -> 1;
            default -> throw new IllegalArgumentException("'" + text + "' is neither 0 nor 1");
        };
    }

    private static long count(String text, long least, long most, String what) {
        if (text.matches("[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not " + what);
    }

    private static String matching(String text, Pattern pattern, String what) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not " + what);
        }
        return text;
    }
}
