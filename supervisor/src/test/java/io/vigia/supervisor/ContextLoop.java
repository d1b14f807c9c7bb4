package io.vigia.supervisor;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.sys.Fd;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One event loop without descriptors. */
public record ContextLoop(Vertx vertx, Context context) implements KernelLoop {
    public ContextLoop(Vertx vertx) {
        this(vertx, vertx.getOrCreateContext());
    }

    /** Runs it on the loop and waits for what comes of it. */
    public <T> T await(Supplier<Future<T>> step) throws Exception {
        return call(step).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public boolean inLoop() {
        return Vertx.currentContext() == context;
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(v -> task.run());
    }

    @Override
    public Registration register(Fd fd, int interest, FdHandler handler) {
        throw new AssertionError("nothing is to be registered");
    }

    @Override
    public Timer schedule(long millis, Runnable task) {
        long id = vertx.setTimer(millis, due -> execute(task));
        return () -> vertx.cancelTimer(id);
    }
}
