package io.vigia.kernel.parse;

import java.util.BitSet;

/** The kernel's list format for CPUs and memory nodes: {@code 0-3,8} (cpuset(7), "List format"). */
public final class CpuList {
    /** Above every CONFIG_NR_CPUS and MAX_NUMNODES in use. */
    private static final int HIGHEST = 65_535;

    private CpuList() {}

    /**
     * Sorted, merged, without spaces, as the kernel prints it.
     *
     * @throws IllegalArgumentException for anything that is not a list of numbers and ranges
     */
    public static String normalize(String text) {
        BitSet set = new BitSet();
        String stripped = text.strip();
        if (!stripped.isEmpty()) {
            for (String part : stripped.split(",", -1)) {
                add(part.strip(), set);
            }
        }
        return print(set);
    }

    private static void add(String part, BitSet set) {
        int dash = part.indexOf('-');
        int from = number(dash < 0 ? part : part.substring(0, dash), part);
        int to = dash < 0 ? from : number(part.substring(dash + 1), part);
        if (from > to) {
            throw new IllegalArgumentException("'" + part + "' runs backwards");
        }
        set.set(from, to + 1);
    }

    private static int number(String digits, String part) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("'" + part + "' is not a number or range; write for example 0-3,8");
        }
        int value = Integer.parseInt(digits);
        if (value > HIGHEST) {
            throw new IllegalArgumentException("'" + part + "' is above " + HIGHEST);
        }
        return value;
    }

    private static String print(BitSet set) {
        StringBuilder out = new StringBuilder();
        for (int from = set.nextSetBit(0); from >= 0; ) {
            int end = set.nextClearBit(from);
            out.append(out.isEmpty() ? "" : ",").append(from);
            if (end - from > 1) {
                out.append('-').append(end - 1);
            }
            from = set.nextSetBit(end);
        }
        return out.toString();
    }
}
