package io.vigia.kernel.loop;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.sys.Fd;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The one event loop that owns every kernel descriptor and all group state: a Vert.x event loop over epoll, which any
 * raw descriptor can join. Single writer, so what it owns needs no locks.
 */
public interface KernelLoop extends Executor {
    /** Interest bits of epoll_ctl(2). */
    int EPOLLIN = 0x1;

    /** PSI triggers. */
    int EPOLLPRI = 0x2;

    int EPOLLERR = 0x8;
    int EPOLLHUP = 0x10;
    /** Needed where a descriptor stays ready after it was handled, such as a pidfd. */
    int EPOLLET = 1 << 31;

    /** Whether the calling thread is the loop's. */
    boolean inLoop();

    /**
     * Watches a descriptor. Loop thread only.
     *
     * @param interest bits above
     * @param handler called on the loop with the ready bits; what it throws is logged and does not harm the loop
     */
    Registration register(Fd fd, int interest, FdHandler handler);

    /** Runs {@code task} once the loop has heard all descriptors of this turn and done what they gave it to do. Loop thread only. */
    default void executeLast(Runnable task) {
        requireInLoop();
        // By the first of the two every descriptor was heard; the second then stands behind what they handed over.
        execute(() -> execute(task));
    }

    /** Runs {@code work} on the loop, later, and hands on what comes of it; what it throws fails the future. Any thread. */
    default <T> Future<T> call(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        execute(() -> {
            try {
                work.get().onComplete(promise);
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }

    /** Runs {@code task} on the loop after {@code millis}. Any thread. */
    Timer schedule(long millis, Runnable task);

    /** For tests and assertions: fails unless on the loop. */
    default void requireInLoop() {
        if (!inLoop()) {
            throw new IllegalStateException("must run on the kernel loop, not on "
                    + Thread.currentThread().getName());
        }
    }

    /** Told of readiness. */
    @FunctionalInterface
    interface FdHandler {
        void ready(int bits, long nanos);
    }

    /** A watched descriptor. */
    interface Registration {
        /** Stops watching, before the descriptor is closed; it stays open. Loop thread only; a second call does nothing. */
        void cancel();
    }

    /** A task to come. */
    interface Timer {
        /** Any thread; a second call does nothing. */
        void cancel();
    }
}
