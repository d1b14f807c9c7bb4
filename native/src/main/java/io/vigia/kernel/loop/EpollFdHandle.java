package io.vigia.kernel.loop;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.vertx.core.internal.ContextInternal;
import io.vigia.kernel.sys.Fd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One raw descriptor in Netty's epoll set. Loop thread only. */
final class EpollFdHandle implements EpollIoHandle, KernelLoop.Registration {
    private static final Logger LOG = LoggerFactory.getLogger(EpollFdHandle.class);

    private final ContextInternal context;
    private final Fd fd;
    private final FileDescriptor nettyFd;
    private final KernelLoop.FdHandler handler;

    private @Nullable IoRegistration registration;

    EpollFdHandle(ContextInternal context, Fd fd, KernelLoop.FdHandler handler) {
        this.context = context;
        this.fd = fd;
        this.nettyFd = new FileDescriptor(fd.number());
        this.handler = handler;
    }

    KernelLoop.Registration start(IoRegistration made, EpollIoOps ops) {
        registration = made;
        long unused = made.submit(ops);
        return this;
    }

    @Override
    public FileDescriptor fd() {
        return nettyFd;
    }

    /**
     * Must not throw: that would abort Netty's batch and stall the loop for a second. The interest stays armed in the kernel;
     * submitting it again would be a system call more for each event, and would re-arm an edge that was already told.
     */
    @Override
    public void handle(IoRegistration from, IoEvent event) {
        if (registration == null) {
            return;
        }
        long nanos = System.nanoTime();
        ContextInternal before = context.beginDispatch();
        try {
            handler.ready(((EpollIoEvent) event).ops().value(), nanos);
        } catch (RuntimeException | Error e) {
            LOG.error("the handler of {} failed", fd.target(), e);
        } finally {
            context.endDispatch(before);
        }
    }

    @Override
    public void cancel() {
        IoRegistration cancelled = registration;
        if (cancelled != null) {
            registration = null;
            boolean unused = cancelled.cancel();
        }
    }

    /** The loop ends; the descriptor is its owner's. */
    @Override
    public void close() {
        registration = null;
    }
}
