package io.vigia.kernel.sys;

import java.nio.charset.StandardCharsets;

/** Paths through {@code /proc/self/fd/N}: for calls that take a path but must mean a held descriptor. */
final class ProcSelfFd {
    private static final String PREFIX = "/proc/self/fd/";

    private ProcSelfFd() {}

    /** Of the descriptor itself when {@code name} is empty, else of a name in that directory. */
    static byte[] path(int fd, byte[] name) {
        byte[] head = (PREFIX + fd + (name.length == 0 ? "" : "/")).getBytes(StandardCharsets.US_ASCII);
        if (name.length == 0) {
            return head;
        }
        byte[] path = new byte[head.length + name.length];
        System.arraycopy(head, 0, path, 0, head.length);
        System.arraycopy(name, 0, path, head.length, name.length);
        return path;
    }
}
