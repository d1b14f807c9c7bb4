package io.vigia.kernel.sys;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An owned descriptor. Descriptor numbers are recycled by the kernel, so a reader on another thread must not use the
 * number after a close: {@link #acquire()} before the call, {@link #release()} after; the number is closed by whoever
 * lets go last. Thread-safe.
 */
public final class Fd implements AutoCloseable {
    private static final int CLOSING = 1 << 30;

    private final Syscalls syscalls;
    private final int number;
    private final String target;
    private final AtomicInteger state = new AtomicInteger();

    /** Takes over {@code number}; {@code target} names it in errors. */
    public Fd(Syscalls syscalls, int number, String target) {
        if (number < 0) {
            throw new IllegalArgumentException("not a descriptor: " + number + " for " + target);
        }
        this.syscalls = syscalls;
        this.number = number;
        this.target = target;
    }

    /** Only valid between {@link #acquire()} and {@link #release()}, or on the one thread that closes it. */
    public int number() {
        return number;
    }

    public String target() {
        return target;
    }

    public boolean isClosed() {
        return state.get() >= CLOSING;
    }

    /** {@code false} when it was closed: the caller must not use the number. */
    public boolean acquire() {
        while (true) {
            int s = state.get();
            if (s >= CLOSING) {
                return false;
            }
            if (state.compareAndSet(s, s + 1)) {
                return true;
            }
        }
    }

    public void release() {
        if (state.decrementAndGet() == CLOSING) {
            syscalls.close(number);
        }
    }

    /** Closes now, or as soon as the last holder releases. A second close does nothing. */
    @Override
    public void close() {
        while (true) {
            int s = state.get();
            if (s >= CLOSING) {
                return;
            }
            if (state.compareAndSet(s, s + CLOSING)) {
                if (s == 0) {
                    syscalls.close(number);
                }
                return;
            }
        }
    }
}
