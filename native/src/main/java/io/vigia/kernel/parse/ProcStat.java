package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupPath;
import java.util.Arrays;

/**
 * The fields of {@code /proc/PID/stat} that vigia uses (proc_pid_stat(5)).
 *
 * @param comm without its parentheses; may hold spaces, parentheses, newlines; bytes that are not UTF-8 escaped as in
 *     {@link CgroupPath#escape}
 * @param state one letter
 * @param startTicks clock ticks since boot
 */
public record ProcStat(int pid, String comm, char state, int parentPid, int threads, long startTicks) {
    private static final int FIELD_STATE = 3;
    private static final int FIELD_PARENT = 4;
    private static final int FIELD_THREADS = 20;
    private static final int FIELD_START = 22;

    /**
     * @throws IllegalArgumentException when it is not such a line
     */
    public static ProcStat parse(byte[] line, int length) {
        int open = indexOf(line, '(', length);
        int close = lastIndexOf(line, ')', length);
        if (open < 2 || close < open || close + 4 > length) {
            throw malformed(line, length);
        }
        int pid = (int) number(line, 0, open - 1);
        String comm = CgroupPath.escape(Arrays.copyOfRange(line, open + 1, close));
        char state = (char) line[close + 2];
        int parent = 0;
        int threads = 0;
        int field = FIELD_STATE;
        int at = close + 2;
        while (at < length) {
            int end = at;
            while (end < length && line[end] != ' ' && line[end] != '\n') {
                end++;
            }
            switch (field) {
                case FIELD_PARENT -> parent = (int) number(line, at, end);
                case FIELD_THREADS -> threads = (int) number(line, at, end);
                case FIELD_START -> {
                    return new ProcStat(pid, comm, state, parent, threads, number(line, at, end));
                }
                default -> {}
            }
            field++;
            at = end + 1;
        }
        throw malformed(line, length);
    }

    private static long number(byte[] line, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                throw malformed(line, line.length);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static int indexOf(byte[] line, char c, int length) {
        for (int i = 0; i < length; i++) {
            if (line[i] == c) {
                return i;
            }
        }
        return -1;
    }

    private static int lastIndexOf(byte[] line, char c, int length) {
        for (int i = length - 1; i >= 0; i--) {
            if (line[i] == c) {
                return i;
            }
        }
        return -1;
    }

    private static IllegalArgumentException malformed(byte[] line, int length) {
        return new IllegalArgumentException("not a line of /proc/PID/stat: '"
                + CgroupPath.escape(Arrays.copyOf(line, Math.min(length, 200))) + "'");
    }
}
