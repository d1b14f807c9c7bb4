package io.vigia.supervisor.cli.text;

import io.vigia.supervisor.policy.Sizes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers and times as people read them. {@code null} stays unknown: an empty text, never a zero. */
public final class Units {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Units() {}

    /** {@code 512Mi}, {@code 7.3Mi}, {@code 512}; kernel words like {@code max} as they are. */
    public static String bytes(@Nullable Object value) {
        if (!(value instanceof Number number)) {
            return value == null ? "" : value.toString();
        }
        long bytes = number.longValue();
        return bytes < 1024 ? Long.toString(bytes) : Sizes.text(bytes);
    }

    /** {@code 250ms}, {@code 12.4s}, {@code 5m10s}, {@code 3h2m}. */
    public static String micros(@Nullable Object value) {
        return value instanceof Number number ? duration(Duration.ofNanos(number.longValue() * 1000)) : "";
    }

    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        if (millis < 60_000) {
            return BigDecimal.valueOf(millis, 3)
                            .setScale(1, RoundingMode.HALF_UP)
                            .stripTrailingZeros()
                            .toPlainString() + "s";
        }
        long seconds = millis / 1000;
        if (seconds < 3600) {
            return seconds / 60 + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        long minutes = seconds / 60;
        return minutes / 60 + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
    }

    /** One decimal at most: {@code 31%}, {@code 0.4%}. */
    public static String percent(@Nullable Object value) {
        return value instanceof Number number ? decimal(number.doubleValue()) + "%" : "";
    }

    /** One decimal at most. */
    public static String decimal(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value)
                        .setScale(1, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                : Double.toString(value);
    }

    /** A value of a limit file: sizes with units, the rest as the kernel has it. */
    public static String limit(@Nullable String file, @Nullable Object value) {
        boolean size = file != null && file.startsWith("memory.") && !file.endsWith(".group");
        return size ? bytes(value) : value == null ? "" : value.toString();
    }

    /** The local time of day with milliseconds; with {@code day} the date too, without them. */
    public static String time(@Nullable String iso, boolean day) {
        if (iso == null) {
            return "";
        }
        try {
            return (day ? DAY : CLOCK).withZone(ZoneId.systemDefault()).format(Instant.parse(iso));
        } catch (DateTimeException e) {
            return iso;
        }
    }
}
