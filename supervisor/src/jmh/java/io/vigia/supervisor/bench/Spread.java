package io.vigia.supervisor.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Order statistics of a sample, in nanoseconds; percentiles are the value at rank ceil(p·n). */
record Spread(int n, long min, long p50, long p99, long max) {
    static Spread of(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        return new Spread(sorted.length, sorted[0], rank(sorted, 0.5), rank(sorted, 0.99), sorted[sorted.length - 1]);
    }

    static Spread of(long... nanos) {
        return of(Arrays.stream(nanos).boxed().toList());
    }

    private static long rank(long[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    /** A line of a table, in milliseconds. */
    String row(String what) {
        return String.format(
                Locale.ROOT,
                "| %-44s | %5d | %9s | %9s | %9s | %9s |",
                what,
                n,
                millis(min),
                millis(p50),
                millis(p99),
                millis(max));
    }

    static String header() {
        return String.format(
                        Locale.ROOT, "| %-44s | %5s | %9s | %9s | %9s | %9s |", "ms", "n", "min", "p50", "p99", "max")
                + "\n|---|--:|--:|--:|--:|--:|";
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }

    static String ratio(long of, long to) {
        return String.format(Locale.ROOT, "%.1f×", (double) of / (double) to);
    }
}
