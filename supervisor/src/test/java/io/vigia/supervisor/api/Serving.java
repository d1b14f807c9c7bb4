package io.vigia.supervisor.api;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vigia.supervisor.api.auth.Tokens;
import io.vigia.supervisor.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A face that serves on a free port and a socket in a temporary directory, over a control in memory. */
final class Serving implements AutoCloseable {
    static final int MAX_CONNECTIONS = 64;
    static final int MAX_STREAMS = 4;
    static final String VIEWER = "viewer-token-1234567890";
    static final String OPERATOR = "operator-token-1234567890";
    static final String ADMIN = "admin-token-1234567890";

    final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    final MemoryControl control = new MemoryControl();
    final MemoryJournal journal = new MemoryJournal();
    final Path directory;
    final Path socket;
    final HttpFace face;

    Serving() {
        this(new Connections(MAX_CONNECTIONS, 10_000, 60_000), PlainStreams::new);
    }

    /** @param streams over the journal */
    Serving(Connections connections, Function<MemoryJournal, EventStreams> streams) {
        try {
            directory = Files.createTempDirectory("vigia-face");
            socket = directory.resolve("run/vigia.sock");
            FaceOptions options = options(socket, tokens(directory));
            face = new HttpFace(
                    vertx,
                    options,
                    new Backends(
                            control,
                            journal,
                            streams.apply(journal),
                            accept -> Future.succeededFuture(new MetricsSource.Exposition(
                                    "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer("up 1\n"))),
                            new TestGrammar(),
                            Version.of("0.1.0", "abc")),
                    () -> false,
                    connections);
            await(face.start());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static FaceOptions options(@Nullable Path socket, Tokens tokens) {
        return new FaceOptions(
                new Config.Listen("127.0.0.1", 0),
                socket,
                null,
                tokens,
                List.of("vigia.example"),
                List.of("http://grafana.example"),
                false,
                MAX_CONNECTIONS,
                MAX_STREAMS);
    }

    static Tokens tokens(Path directory) throws IOException {
        Path file = directory.resolve("tokens");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                "# who may\nvera viewer " + VIEWER + "\notto operator " + OPERATOR + "\n\nada admin " + ADMIN + "\n");
        return Tokens.load(file);
    }

    Wire tcp() {
        return Wire.tcp(face.port());
    }

    Wire unix() {
        return Wire.unix(socket);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            await(face.close());
        } finally {
            await(vertx.close());
            delete(directory);
        }
    }

    static void delete(Path directory) {
        try (var all = Files.walk(directory)) {
            for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
