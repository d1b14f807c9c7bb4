package io.vigia.supervisor.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vigia.kernel.sys.TimeSlice;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.model.Problem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/** Small steps of starting to listen. */
final class Listeners {
    private static final int TRIES = 64;

    private Listeners() {}

    /** The event loop that the caller runs on. */
    static Context current() {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("must run on the event loop of the connection, not on "
                    + Thread.currentThread().getName());
        }
        return context;
    }

    /** An event loop that is not the kernel loop, so that no connection can hold that one up; like that one with a short time slice. */
    static Future<Context> otherLoop(Vertx vertx, BooleanSupplier onKernelLoop) {
        return otherLoop((VertxInternal) vertx, onKernelLoop, TRIES);
    }

    private static Future<Context> otherLoop(VertxInternal vertx, BooleanSupplier onKernelLoop, int tries) {
        if (tries == 0) {
            return Future.failedFuture(new IllegalStateException(
                    "every event loop is the kernel loop: give Vert.x at least two (eventLoopPoolSize)"));
        }
        Context candidate = vertx.createEventLoopContext();
        Promise<Boolean> kernels = Promise.promise();
        candidate.runOnContext(unused -> kernels.complete(onKernelLoop.getAsBoolean()));
        return kernels.future()
                .compose(is -> is
                        ? otherLoop(vertx, onKernelLoop, tries - 1)
                        : on(candidate, () -> {
                            boolean unused = TimeSlice.shorten();
                            return Future.succeededFuture(candidate);
                        }));
    }

    /** Runs on {@code context}, so that what it makes belongs to that loop. */
    static <T> Future<T> on(Context context, Callable<Future<T>> step) {
        Promise<T> done = Promise.promise();
        context.runOnContext(unused -> {
            try {
                step.call().onComplete(done);
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    /** Runs on a worker, in no order with others. */
    static <T> Future<T> blocking(Context context, Callable<T> step) {
        Promise<T> done = Promise.promise();
        context.executeBlocking(
                () -> {
                    try {
                        done.complete(step.call());
                    } catch (Exception e) {
                        done.fail(e);
                    }
                    return true;
                },
                false);
        return done.future();
    }

    /** An open door must have a lock. Looks the name up, so blocking. */
    static void requireSafe(Config.Listen listen, boolean haveTokens) {
        try {
            boolean loopback = true;
            for (InetAddress address : InetAddress.getAllByName(listen.host())) {
                loopback &= address.isLoopbackAddress();
            }
            if (!loopback && !haveTokens) {
                throw Problem.of(
                        Problem.Kind.REFUSED,
                        "refusing to listen on " + listen.host() + ":" + listen.port()
                                + ", which others can reach, without tokens: set 'tokens: FILE' (lines NAME"
                                + " viewer|operator|admin TOKEN, mode 0600) or VIGIA_TOKENS, or listen on 127.0.0.1");
            }
        } catch (UnknownHostException e) {
            throw Problem.of(Problem.Kind.INVALID, "listen: there is no host '" + listen.host() + "'")
                    .atField("listen");
        }
    }
}
