package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.metrics.Meters;
import io.vigia.supervisor.api.Version;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.config.ConfigLoader;
import io.vigia.supervisor.guest.Patience;
import io.vigia.supervisor.node.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A whole vigia in this process, with a client on its socket and one on its WebSocket. */
final class RunningNode implements AutoCloseable {
    private static final long SECONDS = Patience.seconds(30);

    final String parent;
    private final Meters meters = new Meters();
    private final Vertx vertx;
    private final HttpClient client;
    private final WebSocketClient sockets;
    private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final Path socket;
    private final Node node;
    private final List<JsonObject> passed = new ArrayList<>();
    private @Nullable WebSocket stream;
    private @Nullable WebSocket silent;

    /** @param parent of managed groups, a name below the root that begins with {@code vigia} */
    RunningNode(Path stateDir, String parent) throws Exception {
        this(stateDir, parent, new VertxOptions());
    }

    RunningNode(Path stateDir, String parent, VertxOptions options) throws Exception {
        this(
                parent,
                new Config(
                        List.of(Glob.ofPath("/" + parent + "**")),
                        List.of(),
                        List.of(),
                        new Config.Listen("127.0.0.1", 0),
                        stateDir.resolve("vigia.sock"),
                        null,
                        stateDir,
                        new CgroupPath("/" + parent),
                        Config.JournalLimits.DEFAULT,
                        List.of(),
                        true,
                        null,
                        false,
                        List.of(),
                        List.of(),
                        null),
                options);
    }

    RunningNode(String parent, Config config) throws Exception {
        this(parent, config, new VertxOptions());
    }

    private RunningNode(String parent, Config config, VertxOptions options) throws Exception {
        this.vertx = Vertx.builder()
                .with(options.setPreferNativeTransport(true))
                .withMetrics(meters.vertxMetrics())
                .build();
        this.client = vertx.createHttpClient();
        this.sockets = vertx.createWebSocketClient();
        this.parent = parent;
        this.socket = config.socket();
        node = get(Node.start(vertx, config, Version.of("test", "none"), meters));
    }

    int port() {
        return node.port();
    }

    /** Applies the files beside the config file, and follows them. */
    void followConfiguration(Config config, Supplier<ConfigLoader.Loaded> again) throws Exception {
        get(node.followConfiguration(config, again));
    }

    /** Follows all events from now on. */
    void follow() throws Exception {
        // The handler first: the server speaks as soon as it is connected, and a frame without a handler is lost.
        ClientWebSocket opened = sockets.webSocket();
        opened.textMessageHandler(text -> frames.add(new JsonObject(text)));
        WebSocket unused = get(opened.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port())
                .setURI("/api/v1/events/stream")));
        stream = opened;
        JsonObject unusedFrame = event("stream.opened", data -> true);
    }

    /** A second client that follows all events from the first on, and reads none of them. */
    void followWithoutReading() throws Exception {
        WebSocket opened = get(sockets.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port())
                .setURI("/api/v1/events/stream?since=0")));
        opened.pause();
        silent = opened;
    }

    /** Told what Vert.x' checker says, with where the thread was. */
    void onBlockedThread(Consumer<String> told) {
        ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(event -> {
            StringBuilder text =
                    new StringBuilder(event.thread().getName() + " for " + event.duration() / 1_000_000 + " ms");
            for (StackTraceElement frame : event.thread().getStackTrace()) {
                text.append("\n  ").append(frame);
            }
            told.accept(text.toString());
        });
    }

    /** Everything up to the next event of this type, it included; without waiting for what comes after. */
    List<JsonObject> upTo(String type) throws Exception {
        List<JsonObject> all = new ArrayList<>();
        JsonObject last;
        do {
            last = frames.poll(SECONDS, TimeUnit.SECONDS);
            if (last == null) {
                throw new AssertionError("no " + type + "; seen: " + all);
            }
            all.add(last);
        } while (!last.getString("type").equals("io.vigia." + type));
        return all;
    }

    /** The next event of this type that fits; others before it are passed over. */
    JsonObject event(String type, Predicate<JsonObject> data) throws Exception {
        return waitFor(type, frame -> data.test(frame.getJsonObject("data", new JsonObject())));
    }

    /** The same by the whole frame. */
    JsonObject waitFor(String type, Predicate<JsonObject> fits) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        StringBuilder seen = new StringBuilder();
        while (true) {
            JsonObject frame = frames.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (frame == null) {
                throw new AssertionError("no " + type + " within " + SECONDS + " s; seen:" + seen);
            }
            passed.add(frame);
            seen.append("\n  ").append(frame.getString("type")).append(' ').append(frame.getValue("data"));
            if (frame.getString("type").equals("io.vigia." + type) && fits.test(frame)) {
                return frame;
            }
        }
    }

    /** Every frame that was looked at so far. */
    List<JsonObject> seen() {
        return List.copyOf(passed);
    }

    /** The next event, whatever it is. */
    JsonObject next() throws InterruptedException {
        JsonObject frame = frames.poll(SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no event within " + SECONDS + " s");
        }
        return frame;
    }

    /** An answer of the API, over the Unix socket. */
    record Answer(int status, String type, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }

    Answer request(HttpMethod method, String path, @Nullable String type, @Nullable String body) throws Exception {
        return get(send(method, path, type, body));
    }

    /** The same without waiting for the answer. */
    Future<Answer> send(HttpMethod method, String path, @Nullable String type, @Nullable String body) {
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.domainSocketAddress(socket.toString()))
                .setHost("localhost")
                .setPort(80)
                .setMethod(method)
                .setURI(path);
        if (type != null) {
            options.putHeader("Content-Type", type);
        }
        // The body is asked for where the answer arrives, on its event loop: later it would have passed.
        return client.request(options)
                .compose(request -> (body == null ? request.send() : request.send(body))
                        .compose(response -> response.body()
                                .map(bytes -> new Answer(
                                        response.statusCode(),
                                        String.valueOf(response.getHeader("Content-Type")),
                                        bytes.toString()))));
    }

    /** Puts a manifest under a name that is new, such as {@code groups/one}. */
    void create(String name, String manifest) throws Exception {
        Answer answer = request(HttpMethod.PUT, "/api/v1/" + name, "application/yaml", manifest);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    /** What {@code /metrics} answered to a client that accepts {@code accept}. */
    record Scrape(@Nullable String contentType, String body) {}

    Scrape scrape(String accept) throws Exception {
        return get(client.request(HttpMethod.GET, port(), "127.0.0.1", "/metrics")
                .compose(request -> request.putHeader("Accept", accept)
                        .send()
                        .compose(answer -> answer.body()
                                .map(body -> new Scrape(answer.getHeader("Content-Type"), body.toString())))));
    }

    /** The status of a request over TCP with this token. */
    int bearer(String token) throws Exception {
        return get(client.request(new RequestOptions()
                                .setHost("127.0.0.1")
                                .setPort(port())
                                .setURI("/api/v1/policies")
                                .putHeader("Authorization", "Bearer " + token))
                        .compose(request -> request.send()))
                .statusCode();
    }

    static <T> T get(Future<T> future) throws ExecutionException, TimeoutException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }

    /** Lets go as SIGTERM does: groups run on, for the next one. */
    void leave() throws ExecutionException, TimeoutException {
        close(false);
    }

    /** Stops all groups and closes. */
    @Override
    public void close() throws ExecutionException, TimeoutException {
        close(true);
    }

    private void close(boolean stopGroups) throws ExecutionException, TimeoutException {
        if (stream != null) {
            stream.close();
        }
        if (silent != null) {
            silent.close();
        }
        get(node.stop(stopGroups));
        get(vertx.close());
        meters.close();
    }
}
