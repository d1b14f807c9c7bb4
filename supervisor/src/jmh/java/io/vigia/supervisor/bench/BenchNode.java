package io.vigia.supervisor.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.metrics.Meters;
import io.vigia.supervisor.api.ConfigGrammar;
import io.vigia.supervisor.api.Version;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A whole vigia in this process, which observes and manages what is below one cgroup. */
final class BenchNode implements AutoCloseable {
    private static final long SECONDS = 50;

    final Meters meters = new Meters();
    final Node node;
    final long startNanos;
    private final Vertx vertx;
    private final ConfigGrammar grammar = new ConfigGrammar();

    BenchNode(Path stateDir, CgroupPath parent) throws Exception {
        vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true))
                .withMetrics(meters.vertxMetrics())
                .build();
        Config config = new Config(
                List.of(Glob.ofPath(parent.text()), Glob.ofPath(parent.text() + "/**")),
                List.of(),
                List.of(),
                new Config.Listen("127.0.0.1", 0),
                stateDir.resolve("vigia.sock"),
                null,
                stateDir,
                parent,
                Config.JournalLimits.DEFAULT,
                List.of(),
                true,
                null,
                false,
                List.of(),
                List.of(),
                null);
        long began = System.nanoTime();
        node = get(Node.start(vertx, config, Version.of("bench", "none"), meters));
        startNanos = System.nanoTime() - began;
    }

    /** Applies manifests of groups. */
    void groups(List<String> manifests) throws Exception {
        get(node.apply(manifests.stream().map(grammar::group).toList(), List.of()));
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Stops all groups and closes. */
    @Override
    public void close() throws IOException {
        try {
            get(node.stop(true));
            get(vertx.close());
        } catch (Exception e) {
            throw new IOException("the node did not stop", e);
        } finally {
            meters.close();
        }
    }
}
