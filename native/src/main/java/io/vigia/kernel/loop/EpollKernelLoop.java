package io.vigia.kernel.loop;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.Future;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.TimeSlice;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Vert.x event loop over epoll. Tasks and handlers run with its Vert.x context current. It takes an event loop of its own
 * from {@code vertx} and lives as long as that.
 */
public final class EpollKernelLoop implements KernelLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EpollKernelLoop.class);

    private final ContextInternal context;
    private final IoEventLoop eventLoop;
    private final LoopLag lag = new LoopLag();

    private EpollKernelLoop(ContextInternal context, IoEventLoop eventLoop) {
        this.context = context;
        this.eventLoop = eventLoop;
    }

    /** Whether {@link #create} can work here, apart from how Vert.x was made. */
    public static Support availability() {
        if (Epoll.isAvailable()) {
            return new Support.Available("epoll through Netty's native transport");
        }
        return new Support.Missing(
                "the native transport cannot be loaded: " + Epoll.unavailabilityCause(),
                "use Linux on x86-64 or aarch64 with glibc, and a folder for java.io.tmpdir that is not mounted"
                        + " noexec");
    }

    /**
     * A new loop of {@code vertx}.
     *
     * @throws IllegalStateException when that Vert.x was not made with {@code setPreferNativeTransport(true)}, or the native
     *     transport is missing, with the cause
     */
    public static EpollKernelLoop create(Vertx vertx) {
        if (availability() instanceof Support.Missing missing) {
            throw new IllegalStateException("no kernel loop: " + missing.cause() + "; " + missing.remedy());
        }
        ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
        EventLoop netty = context.nettyEventLoop();
        if (netty instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class)) {
            EpollKernelLoop loop = new EpollKernelLoop(context, io);
            loop.execute(() -> LOG.debug("the kernel loop's time slice is short: {}", TimeSlice.shorten()));
            return loop;
        }
        throw new IllegalStateException("no kernel loop: Vert.x runs on "
                + netty.getClass().getSimpleName()
                + " without epoll; make it with VertxOptions.setPreferNativeTransport(true)");
    }

    /** The Vert.x context of the loop: for timers, futures and web clients that shall come back to it. */
    public Context context() {
        return context;
    }

    /** How late the loop runs what it is given. Any thread. */
    public LoopLag lag() {
        return lag;
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        long due = System.nanoTime();
        eventLoop.execute(() -> {
            lag.ran(due);
            dispatch(task);
        });
    }

    @Override
    public Timer schedule(long millis, Runnable task) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Future<?> scheduled = eventLoop.schedule(
                () -> {
                    lag.ran(due);
                    dispatch(task);
                },
                millis,
                TimeUnit.MILLISECONDS);
        return () -> {
            boolean unused = scheduled.cancel(false);
        };
    }

    private void dispatch(Runnable task) {
        ContextInternal before = context.beginDispatch();
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a task on the kernel loop failed", e);
        } finally {
            context.endDispatch(before);
        }
    }

    @Override
    public Registration register(Fd fd, int interest, FdHandler handler) {
        requireInLoop();
        EpollFdHandle handle = new EpollFdHandle(context, fd, handler);
        Future<IoRegistration> future = eventLoop.register(handle);
        // On the loop's own thread Netty registers before it returns.
        if (!future.isSuccess()) {
            throw new IllegalStateException("cannot watch " + fd.target(), future.cause());
        }
        return handle.start(future.getNow(), EpollIoOps.valueOf(interest));
    }
}
