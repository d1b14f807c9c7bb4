package io.vigia.kernel.inotify;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.sys.EventFd;
import io.vigia.kernel.sys.Syscalls;
import java.util.function.BooleanSupplier;

/**
 * Does long work on the loop in slices, one for each turn of the loop, so that descriptors are served in between. An eventfd
 * that stays readable does that; tasks would not, as the loop runs them for up to a second before it looks at descriptors.
 * Kernel-loop thread only.
 */
final class SliceRunner implements AutoCloseable {
    private static final long SLICE_NANOS = 2_000_000;

    private final EventFd event;
    private final KernelLoop.Registration registration;
    private final BooleanSupplier step;
    private boolean running;

    /** {@code step} does a little and says whether there is more. */
    SliceRunner(KernelLoop loop, Syscalls syscalls, BooleanSupplier step) {
        this.step = step;
        this.event = new EventFd(syscalls);
        this.registration = loop.register(event.fd(), KernelLoop.EPOLLIN, (bits, nanos) -> slice());
    }

    void start() {
        if (!running) {
            running = true;
            event.signal();
        }
    }

    boolean isRunning() {
        return running;
    }

    private void slice() {
        long end = System.nanoTime() + SLICE_NANOS;
        boolean more = true;
        while (more && System.nanoTime() < end) {
            more = step.getAsBoolean();
        }
        if (!more) {
            running = false;
            long unused = event.drain();
        }
    }

    @Override
    public void close() {
        registration.cancel();
        event.close();
    }
}
