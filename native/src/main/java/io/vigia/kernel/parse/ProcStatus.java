package io.vigia.kernel.parse;

import java.util.ArrayList;
import java.util.List;

/** The fields of {@code /proc/PID/status} that vigia uses (proc_pid_status(5)). */
public final class ProcStatus {
    private ProcStatus() {}

    /**
     * {@code NSpid}: the PID in each nested namespace, outermost first; empty where the kernel does not say. A comm with a
     * newline is escaped there, so no line can be forged.
     */
    public static List<Integer> nsPids(String text) {
        List<Integer> pids = new ArrayList<>(2);
        int at = text.indexOf("\nNSpid:");
        if (at >= 0) {
            int end = text.indexOf('\n', at + 1);
            for (String field : text.substring(at + 7, end < 0 ? text.length() : end)
                    .strip()
                    .split("\\s+")) {
                if (!field.isEmpty()) {
                    pids.add(Integer.valueOf(field));
                }
            }
        }
        return pids;
    }
}
