package io.vigia.kernel.parse;

import io.vigia.kernel.model.InterfaceStat;
import java.util.ArrayList;
import java.util.List;

/** {@code /proc/PID/net/dev}: two lines of heading, then {@code NAME: } and sixteen counters (proc_pid_net(5)). */
public final class NetDevText {
    private static final int COUNTERS = 16;

    private NetDevText() {}

    /** All but the loopback interface, whose bytes never leave the namespace. Lines of another shape are left out. */
    public static List<InterfaceStat> parse(String text) {
        List<InterfaceStat> all = new ArrayList<>();
        for (String line : text.split("\n")) {
            int colon = line.lastIndexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            String[] words = line.substring(colon + 1).strip().split(" +");
            if (name.isEmpty() || name.equals("lo") || words.length < COUNTERS) {
                continue;
            }
            long[] v = new long[COUNTERS];
            for (int i = 0; i < COUNTERS; i++) {
                v[i] = Long.parseUnsignedLong(words[i]);
            }
            all.add(new InterfaceStat(name, v[0], v[1], v[2], v[3], v[8], v[9], v[10], v[11]));
        }
        return all;
    }
}
