package io.vigia.supervisor;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonObject;
import io.vigia.metrics.Meters;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.api.Version;
import io.vigia.supervisor.cli.RunningVigia;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.node.Node;
import io.vigia.supervisor.node.Opening;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The front door: one vigia with everything it runs on. Blocking, with bounds; never call it on an event loop. */
public final class Vigia implements RunningVigia {
    private static final Logger LOG = LoggerFactory.getLogger(Vigia.class);
    /** One is the kernel loop, the other serves connections. */
    private static final int EVENT_LOOPS = 2;

    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 60;

    private final Vertx vertx;
    private final Meters meters;
    private final Node node;

    private Vigia(Vertx vertx, Meters meters, Node node) {
        this.vertx = vertx;
        this.meters = meters;
        this.node = node;
    }

    /** @throws Problem if it cannot start, with everything closed again */
    public static Vigia start(Config config, String version) {
        Opening opening = Opening.begin(config);
        Meters meters = new Meters();
        Vertx vertx;
        try {
            vertx = vertx(meters);
        } catch (RuntimeException e) {
            opening.giveUp();
            meters.close();
            throw e;
        }
        try {
            Node node = await(
                    Node.start(vertx, config, opening, Version.of(version, "unknown"), meters),
                    "starting",
                    START_SECONDS);
            return new Vigia(vertx, meters, node);
        } catch (RuntimeException e) {
            close(vertx, meters);
            throw e;
        }
    }

    private static Vertx vertx(Meters meters) {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(EVENT_LOOPS)
                        .setWorkerPoolSize(4)
                        .setInternalBlockingPoolSize(4)
                        // It has nothing to serve from the class path: no folder in /tmp that a kill would leave
                        // behind.
                        .setFileSystemOptions(new FileSystemOptions()
                                .setClassPathResolvingEnabled(false)
                                .setFileCachingEnabled(false))
                        // Each look wakes an idle process; a loop that hangs for longer than this is always told of.
                        .setBlockedThreadCheckInterval(2)
                        .setBlockedThreadCheckIntervalUnit(TimeUnit.SECONDS)
                        .setMaxEventLoopExecuteTime(100)
                        .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                        .setWarningExceptionTime(1)
                        .setWarningExceptionTimeUnit(TimeUnit.SECONDS))
                .withMetrics(meters.vertxMetrics())
                .build();
        LongSleep.of(vertx);
        return vertx;
    }

    @Override
    public int port() {
        return node.port();
    }

    @Override
    public void apply(List<GroupSpec> groups, List<PolicySpec> policies) {
        await(node.apply(groups, policies), "applying", START_SECONDS);
    }

    @Override
    public void follow(Config started, Supplier<ConfigLoader.Loaded> again) {
        await(node.followConfiguration(started, again), "applying groups.d and policies.d", START_SECONDS);
    }

    @Override
    public void tell(Consumer<JsonObject> listener) {
        var context = vertx.getOrCreateContext();
        // The subscription ends with the journal, which ends with this.
        var unused = node.journal()
                .subscribe(batch -> context.runOnContext(
                        v -> batch.forEach(event -> listener.accept(new JsonObject(event.json())))));
    }

    @Override
    public void repeatOnKernelLoop(Duration every, Runnable task) {
        node.repeat(every, task);
    }

    @Override
    public void signal(String group, int signal, @Nullable Integer pid) {
        node.control()
                .kill(group, new Control.KillRequest(signal, null, pid), false)
                .onFailure(e -> LOG.warn("signal {} could not be passed on to {}: {}", signal, group, e.toString()));
    }

    @Override
    public void stop(boolean stopGroups) {
        try {
            await(node.stop(stopGroups), "stopping", STOP_SECONDS);
        } finally {
            close(vertx, meters);
        }
    }

    private static void close(Vertx vertx, Meters meters) {
        try {
            await(vertx.close(), "closing", STOP_SECONDS);
        } finally {
            meters.close();
        }
    }

    private static <T> T await(Future<T> future, String what, long seconds) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : Problem.of(Problem.Kind.INTERNAL, what + " failed: " + e.getCause());
        } catch (TimeoutException e) {
            throw Problem.of(
                    Problem.Kind.INTERNAL, what + " took more than " + seconds + " s; VIGIA_DEBUG=1 shows more");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(Problem.Kind.INTERNAL, what + " was interrupted");
        }
    }
}
