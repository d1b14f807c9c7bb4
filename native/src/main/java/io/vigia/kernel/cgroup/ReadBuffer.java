package io.vigia.kernel.cgroup;

import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.Syscalls;
import java.util.Arrays;

/** Where files are read to, one after the other. One thread at a time. */
final class ReadBuffer {
    static final int GONE = -1;
    /** A file can come in parts of almost a page; anything much shorter is all there is. */
    private static final int SURELY_WHOLE = 2_048;

    private byte[] bytes = new byte[16 * 1024];

    byte[] bytes() {
        return bytes;
    }

    /** The whole file; its length, or {@link #GONE}. */
    int read(Syscalls syscalls, Fd fd) {
        int length = syscalls.readAt(fd, bytes, 0, 0);
        if (length < SURELY_WHOLE) {
            return length;
        }
        while (true) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length);
            }
            int n = syscalls.readAt(fd, bytes, length, length);
            if (n <= 0) {
                return n < 0 ? GONE : length;
            }
            length += n;
        }
    }
}
