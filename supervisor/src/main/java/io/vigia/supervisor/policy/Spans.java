package io.vigia.supervisor.policy;

import java.time.Duration;

/** Durations in arithmetic and in sentences. */
final class Spans {
    /** About 146 years: sums of it with any monotonic time still compare rightly. */
    private static final long MAX_NANOS = Long.MAX_VALUE / 2;

    private Spans() {}

    /** Saturating, so that an absurd span in a file cannot overflow. */
    static long nanos(Duration span) {
        return span.toSeconds() >= MAX_NANOS / 1_000_000_000L ? MAX_NANOS : span.toNanos();
    }

    /** With one decimal. Not by a formatter, which is most of the work of a decision. */
    static String tenths(double value) {
        long tenths = Math.round(Math.abs(value) * 10);
        return (value < 0 && tenths > 0 ? "-" : "") + tenths / 10 + "." + tenths % 10;
    }

    /** {@code 250ms}, {@code 1.5s}, {@code 10s}, {@code 5m}: as manifests write them. */
    static String text(Duration span) {
        long millis = span.toMillis();
        if (millis == 0 || (Math.abs(millis) < 1000)) {
            return millis + "ms";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : tenths(millis / 1000.0) + "s";
    }
}
