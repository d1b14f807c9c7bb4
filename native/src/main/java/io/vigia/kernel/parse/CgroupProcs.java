package io.vigia.kernel.parse;

import java.util.ArrayList;
import java.util.List;

/** {@code cgroup.procs} and {@code tasks}: one number a line. */
public final class CgroupProcs {
    private CgroupProcs() {}

    /** In the file's order; 0, a process outside this PID namespace, is left out. */
    public static List<Integer> parse(String text) {
        List<Integer> pids = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int newline = text.indexOf('\n', at);
            int end = newline < 0 ? text.length() : newline;
            if (end > at) {
                int pid = Integer.parseInt(text, at, end, 10);
                if (pid > 0) {
                    pids.add(pid);
                }
            }
            at = end + 1;
        }
        return pids;
    }
}
