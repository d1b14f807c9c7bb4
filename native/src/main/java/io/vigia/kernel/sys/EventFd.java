package io.vigia.kernel.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The counter of an eventfd(2). Thread-safe. */
public final class EventFd implements AutoCloseable {
    private final Syscalls syscalls;
    private final Fd fd;

    public EventFd(Syscalls syscalls) {
        this.syscalls = syscalls;
        this.fd = syscalls.eventFd();
    }

    public Fd fd() {
        return fd;
    }

    /** Adds one, which makes the descriptor readable. */
    public void signal() {
        byte[] one = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(1)
                .array();
        syscalls.write(fd, one, one.length);
    }

    /** Takes the count and sets it to zero; 0 when nothing was signalled. */
    public long drain() {
        byte[] count = new byte[Long.BYTES];
        return syscalls.read(fd, count) == Long.BYTES
                ? ByteBuffer.wrap(count).order(ByteOrder.nativeOrder()).getLong()
                : 0;
    }

    @Override
    public void close() {
        fd.close();
    }
}
