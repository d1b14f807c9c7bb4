package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.loop.KernelLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, to be closed in reverse; one that fails does not keep the others from it. */
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Deque<One> opened = new ArrayDeque<>();

    private record One(
            String what, AutoCloseable closeable, @Nullable KernelLoop loop) {}

    /** Closed on the thread that closes all. */
    synchronized <T extends AutoCloseable> T later(String what, T closeable) {
        opened.push(new One(what, closeable, null));
        return closeable;
    }

    /** Closed on the kernel loop, which owns it. */
    synchronized <T extends AutoCloseable> T laterOnLoop(KernelLoop loop, String what, T closeable) {
        opened.push(new One(what, closeable, loop));
        return closeable;
    }

    /** Closes everything; the future never fails. What may block does so on a thread made for it. */
    Future<Void> all() {
        Promise<Void> done = Promise.promise();
        Thread closer = new Thread(
                () -> {
                    One one = next();
                    while (one != null) {
                        close(one);
                        one = next();
                    }
                    done.complete();
                },
                "vigia-closing");
        closer.start();
        return done.future();
    }

    private synchronized @Nullable One next() {
        return opened.poll();
    }

    private void close(One one) {
        try {
            if (one.loop != null) {
                Promise<Void> closed = Promise.promise();
                one.loop.execute(() -> {
                    quietly(one);
                    closed.complete();
                });
                closed.future().toCompletionStage().toCompletableFuture().get(5, java.util.concurrent.TimeUnit.SECONDS);
            } else {
                quietly(one);
            }
        } catch (Exception e) {
            LOG.warn("{} was not closed in time: {}", one.what, e.toString());
        }
    }

    private static void quietly(One one) {
        try {
            one.closeable.close();
        } catch (Exception e) {
            LOG.warn("{} could not be closed: {}", one.what, e.toString());
        }
    }
}
