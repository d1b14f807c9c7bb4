package io.vigia.kernel.process;

import java.util.Arrays;

/**
 * How many messages were lost, exactly: the connector numbers them per CPU. Only what is lost of a CPU before its first message is not
 * counted, because nothing tells where its numbers began. One thread.
 */
final class SequenceGaps {
    private int[] next = new int[16];
    private boolean[] seen = new boolean[16];

    /** The messages between the CPU's last one and this one. */
    long missingBefore(int cpu, int sequence) {
        if (cpu < 0 || cpu > 1 << 16) {
            return 0;
        }
        if (cpu >= next.length) {
            int size = Math.max(cpu + 1, next.length * 2);
            next = Arrays.copyOf(next, size);
            seen = Arrays.copyOf(seen, size);
        }
        // Numbers wrap; one that is behind was overtaken, which is no loss.
        int ahead = seen[cpu] ? sequence - next[cpu] : 0;
        if (ahead < 0) {
            return 0;
        }
        seen[cpu] = true;
        next[cpu] = sequence + 1;
        return ahead;
    }
}
