package io.vigia.kernel.parse;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.LimitValue.CpuQuota;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * What people write for a limit, checked before the kernel sees it: its own parsers wrap, truncate and ignore (a
 * 20-digit memory.max, trailing words, an empty write). The one place where limits from outside become {@link LimitValue}.
 * Every failure is an {@link IllegalArgumentException} whose message says what, where, why and what to write.
 */
public final class LimitValues {
    /** kernel/sched/core.c, max_cfs_runtime: 44 bits of microseconds. */
    private static final long MAX_QUOTA_USEC = (1L << 44) - 1;
    /** include/linux/threads.h, PID_MAX_LIMIT on 64 bits. */
    private static final long PIDS_LIMIT = 4_194_304;
    /** Longer texts are no limit of anything. */
    private static final int LONGEST = 16_384;

    private LimitValues() {}

    /** From JSON or YAML: text or a number. */
    public static LimitValue parse(LimitFile file, Number number) {
        BigDecimal exact = new BigDecimal(number.toString());
        if (exact.stripTrailingZeros().scale() > 0) {
            throw wrong(file, number.toString(), "is not a whole number", example(file));
        }
        return parse(file, exact.toBigInteger().toString());
    }

    /** {@code 64Mi}, {@code 1.5G}, {@code 500m}, {@code 50%}, {@code max}, kernel literals as {@code 50000 100000}. */
    public static LimitValue parse(LimitFile file, String raw) {
        if (raw.length() > LONGEST) {
            throw wrong(file, raw.substring(0, 32) + "…", "is longer than " + LONGEST + " characters", example(file));
        }
        String text = raw.strip();
        if (text.isEmpty() && file.controller() != Controller.CPUSET) {
            throw wrong(file, raw, "is empty", example(file));
        }
        try {
            return switch (file) {
                case CPU_MAX -> cpuMax(text);
                case CPU_MAX_BURST -> new LimitValue.Amount(whole(text, 0, MAX_QUOTA_USEC));
                case CPU_WEIGHT -> new LimitValue.Weight((int) whole(text, 1, 10_000));
                case IO_WEIGHT -> new LimitValue.Weight((int) whole(text.replaceFirst("^default\\s+", ""), 1, 10_000));
                case CPU_IDLE, MEMORY_OOM_GROUP -> new LimitValue.Amount(flag(text));
                case MEMORY_MIN, MEMORY_LOW, MEMORY_HIGH, MEMORY_MAX, MEMORY_SWAP_MAX ->
                    text.equals("max") ? new LimitValue.Max() : new LimitValue.Amount(memory(text));
                case PIDS_MAX ->
                    text.equals("max") ? new LimitValue.Max() : new LimitValue.Amount(whole(text, 0, PIDS_LIMIT));
                case IO_MAX ->
                    text.equals("max") ? new LimitValue.Max() : LimitText.ofIoMax(IoMax.parse(text, LimitValues::rate));
                case CPUSET_CPUS, CPUSET_MEMS -> new LimitValue.Text(CpuList.normalize(text));
            };
        } catch (IllegalArgumentException e) {
            throw wrong(file, raw, String.valueOf(e.getMessage()), example(file));
        }
    }

    /**
     * Bytes: digits with an optional fraction and {@code Ki Mi Gi Ti Pi Ei} (1024) or {@code k M G T P E} (1000).
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static long bytes(String text) {
        int end = 0;
        while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        BigDecimal number = decimal(text.substring(0, end), text);
        BigInteger factor = factor(text.substring(end).strip());
        BigInteger value = number.multiply(new BigDecimal(factor)).toBigInteger();
        if (value.bitLength() > 63) {
            throw new IllegalArgumentException("is more than 2^63-1 bytes; write max for no limit");
        }
        return value.longValueExact();
    }

    /** What the kernel keeps of a memory limit: whole pages, rounded down. */
    public static long roundToPages(long bytes, long pageBytes) {
        return bytes / pageBytes * pageBytes;
    }

    private static BigInteger factor(String unit) {
        String powers = "kMGTPE";
        if (unit.isEmpty()) {
            return BigInteger.ONE;
        }
        int power = powers.indexOf(unit.charAt(0) == 'K' ? 'k' : unit.charAt(0)) + 1;
        boolean binary = unit.length() == 2 && unit.charAt(1) == 'i';
        if (power == 0 || !(unit.length() == 1 || binary)) {
            throw new IllegalArgumentException(
                    "has the unknown unit '" + unit + "'; use Ki, Mi, Gi, Ti (1024) or k, M, G, T (1000)");
        }
        return BigInteger.valueOf(binary ? 1024 : 1000).pow(power);
    }

    private static long memory(String text) {
        long value = bytes(text);
        if (value > 0 && value < 4096) {
            throw new IllegalArgumentException("is less than a page (4096 bytes), which the kernel would make 0");
        }
        return value;
    }

    private static long rate(String text) {
        long value = bytes(text);
        if (value == 0) {
            throw new IllegalArgumentException("a rate of 0 is refused by the kernel; write max for no limit");
        }
        return value;
    }

    private static LimitValue cpuMax(String text) {
        String[] words = text.split("\\s+");
        if (words.length > 2) {
            throw new IllegalArgumentException("has more than a quota and a period");
        }
        long period = words.length == 2 ? whole(words[1], 1_000, 1_000_000) : CpuQuota.DEFAULT_PERIOD_USEC;
        String quota = words[0];
        if (quota.equals("max")) {
            return new LimitValue.CpuUnlimited(period);
        }
        long usec;
        if (quota.endsWith("%")) {
            usec = share(quota, 100, period);
        } else if (quota.endsWith("m")) {
            usec = share(quota, 1_000, period);
        } else {
            usec = whole(quota, 0, MAX_QUOTA_USEC);
        }
        if (usec < 1_000) {
            throw new IllegalArgumentException("gives a quota of " + usec + " us of every " + period
                    + " us, and the kernel takes no less than 1000 us");
        }
        if (usec > MAX_QUOTA_USEC) {
            throw new IllegalArgumentException("gives a quota above " + MAX_QUOTA_USEC + " us");
        }
        return new CpuQuota(usec, period);
    }

    private static long share(String text, int whole, long period) {
        BigDecimal number = decimal(text.substring(0, text.length() - 1), text);
        BigInteger usec = number.multiply(BigDecimal.valueOf(period))
                .divideToIntegralValue(BigDecimal.valueOf(whole))
                .toBigInteger();
        return usec.bitLength() > 62 ? Long.MAX_VALUE : usec.longValueExact();
    }

    private static long flag(String text) {
        return switch (text) {
            case "0", "false" -> 0;
            case "1", "true" -> 1;
            default -> throw new IllegalArgumentException("is neither 0 nor 1");
        };
    }

    private static long whole(String text, long least, long most) {
        if (text.isEmpty() || !text.chars().allMatch(LimitValues::isDigit)) {
            throw new IllegalArgumentException("is not a whole number");
        }
        BigInteger value = new BigInteger(text);
        if (value.compareTo(BigInteger.valueOf(least)) < 0 || value.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new IllegalArgumentException("is not within " + least + " to " + most);
        }
        return value.longValueExact();
    }

    private static BigDecimal decimal(String digits, String text) {
        if (digits.isEmpty() || digits.length() > 40 || !digits.matches("[0-9]+(\\.[0-9]+)?")) {
            throw new IllegalArgumentException(text.startsWith("-") ? "is negative" : "does not start with a number");
        }
        return new BigDecimal(digits);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static IllegalArgumentException wrong(LimitFile file, String raw, String why, String example) {
        return new IllegalArgumentException(
                file.fileName() + ": '" + raw + "' " + why + "; write for example " + example);
    }

    private static String example(LimitFile file) {
        return switch (file) {
            case CPU_MAX -> "50%, 500m, 'max' or '50000 100000'";
            case CPU_MAX_BURST -> "20000 (microseconds)";
            case CPU_WEIGHT, IO_WEIGHT -> "100 (1 to 10000)";
            case CPU_IDLE, MEMORY_OOM_GROUP -> "0 or 1";
            case MEMORY_MIN, MEMORY_LOW, MEMORY_HIGH, MEMORY_MAX, MEMORY_SWAP_MAX -> "64Mi, 1.5G or max";
            case PIDS_MAX -> "200 or max";
            case IO_MAX -> "'8:16 rbps=10Mi wiops=120' or max";
            case CPUSET_CPUS -> "0-3,8";
            case CPUSET_MEMS -> "0";
        };
    }
}
