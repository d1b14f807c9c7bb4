package io.vigia.supervisor.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Finds where the last lines of an output begin. It is shown the output's files from the newest to the oldest, and reads each from
 * its end, a window at a time. A last line without an end counts as one. Blocking.
 */
final class LastLines {
    private static final int WINDOW_BYTES = 64 * 1024;

    private final long end;
    private long left;
    private long begin = -1;

    /**
     * @param lines how many, above 0
     * @param end of the whole output, a position in it
     */
    LastLines(long lines, long end) {
        this.left = lines;
        this.end = end;
    }

    /** Whether no older file has to be looked at. */
    boolean found() {
        return begin >= 0;
    }

    /** Where the first of the lines begins, a position in the whole output; -1 if all that was shown are fewer lines. */
    long begin() {
        return begin;
    }

    /**
     * @param offset position in the whole output of the file's first byte
     * @param from of these positions in the file the first
     * @param to behind the last
     */
    void look(FileChannel file, long offset, long from, long to) throws IOException {
        ByteBuffer window = ByteBuffer.allocate((int) Math.max(0, Math.min(WINDOW_BYTES, to - from)));
        for (long before = to; before > from && !found(); ) {
            long start = Math.max(from, before - window.capacity());
            window.clear().limit((int) (before - start));
            int more = 1;
            while (window.hasRemaining() && more > 0) {
                more = file.read(window, start + window.position());
            }
            look(window.flip(), offset + start);
            before = start;
        }
    }

    private void look(ByteBuffer window, long at) {
        for (int i = window.limit() - 1; i >= 0; i--) {
            // The newline at the very end begins no line.
            if (window.get(i) == '\n' && at + i + 1 < end && --left == 0) {
                begin = at + i + 1;
                return;
            }
        }
    }
}
