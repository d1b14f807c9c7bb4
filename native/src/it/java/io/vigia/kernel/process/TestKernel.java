package io.vigia.kernel.process;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.sys.JnaProcessCalls;
import io.vigia.kernel.sys.JnaSyscalls;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The real thing: calls, a loop, a spawner and a watcher. */
public final class TestKernel implements AutoCloseable {
    public final JnaSyscalls syscalls = new JnaSyscalls();
    public final JnaProcessCalls calls = new JnaProcessCalls(syscalls);
    public final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    public final KernelLoop loop = EpollKernelLoop.create(vertx);
    public final Children children = new Children();
    public final PidfdWatcher watcher = new PidfdWatcher(loop, syscalls, calls, children);

    public PosixSpawner spawner(ChildDefaults defaults) {
        return new PosixSpawner(syscalls, calls, children, defaults);
    }

    public <T extends @Nullable Object> T onLoop(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(Patience.seconds(20), TimeUnit.SECONDS);
    }

    /** Watches a child to its end, and closes its pidfd. */
    public CompletableFuture<ExitStatus> end(Spawner.Spawned child) throws Exception {
        CompletableFuture<ExitStatus> end = new CompletableFuture<>();
        PidfdWatcher.Watch unused = onLoop(() -> watcher.watch(child.id(), child.pidfd(), (id, status, nanos) -> {
            child.pidfd().close();
            end.complete(status);
        }));
        return end;
    }

    public ExitStatus await(Spawner.Spawned child) throws Exception {
        return end(child).get(Patience.seconds(30), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(Patience.seconds(20), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Vert.x did not close", e);
        }
    }
}
