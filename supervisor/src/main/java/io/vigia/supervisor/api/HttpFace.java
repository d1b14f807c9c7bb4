package io.vigia.supervisor.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vigia.supervisor.api.auth.BrowserGuard;
import io.vigia.supervisor.api.auth.Tokens;
import io.vigia.supervisor.model.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP and WebSocket on the listen address and on the Unix socket, on an event loop that is not the kernel loop.
 * {@link #start} and {@link #close} once each, from any thread.
 */
public final class HttpFace {
    private static final int MAX_LINE_BYTES = 16 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_FRAME_BYTES = 64 * 1024;
    private static final long HEAD_MILLIS = 10_000;
    private static final long IDLE_MILLIS = 60_000;

    private final Vertx vertx;
    private final FaceOptions options;
    private final BooleanSupplier onKernelLoop;
    private final RouteTable table;
    private final Dispatcher dispatcher;
    private final Connections connections;
    private final List<HttpServer> servers = new ArrayList<>();
    private @Nullable SocketFile socketFile;
    private volatile int port = -1;

    /** @param onKernelLoop whether the calling thread is the kernel loop's */
    public HttpFace(Vertx vertx, FaceOptions options, Backends backends, BooleanSupplier onKernelLoop) {
        this(
                vertx,
                options,
                backends,
                onKernelLoop,
                new Connections(options.maxConnections(), HEAD_MILLIS, IDLE_MILLIS));
    }

    HttpFace(
            Vertx vertx,
            FaceOptions options,
            Backends backends,
            BooleanSupplier onKernelLoop,
            Connections connections) {
        this.vertx = vertx;
        this.options = options;
        this.onKernelLoop = onKernelLoop;
        this.table = routes(options, backends);
        this.dispatcher = new Dispatcher(
                table, new BrowserGuard(options.hosts(), options.origins()), new Identities(options.tokens()));
        this.connections = connections;
    }

    private static RouteTable routes(FaceOptions options, Backends backends) {
        Control control = backends.control();
        StreamRoom room = new StreamRoom(options.maxStreams());
        List<Route> all = new ArrayList<>();
        all.addAll(new GroupRoutes(control, backends.grammar()).routes());
        all.addAll(new LimitRoutes(control, backends.grammar()).routes());
        all.addAll(new ContainerRoutes(control, backends.grammar(), room).routes());
        all.addAll(new PolicyRoutes(control, backends.grammar()).routes());
        all.addAll(new EventRoutes(backends.journal(), backends.streams(), room).routes());
        all.addAll(new StatusPage(control, backends.version()).routes());
        all.addAll(LaterRoutes.routes());
        all.addAll(new OpsRoutes(control, backends.metrics(), backends.version(), options.metricsOpen()).routes());
        return new RouteTable(all);
    }

    /**
     * Listens. Fails with {@link Problem} where the address is unsafe without tokens, taken or unknown, and where the
     * socket is served by another process; then nothing is left listening.
     */
    public Future<Void> start() {
        return vertx.<Void>executeBlocking(() -> {
                    Listeners.requireSafe(options.listen(), !options.tokens().isEmpty());
                    return null;
                })
                .compose(unused -> Listeners.otherLoop(vertx, onKernelLoop))
                .compose(loop -> listenTcp(loop).compose(unused -> listenSocket(loop)))
                .recover(failure -> close().transform(unused -> Future.failedFuture(failure)));
    }

    /** Whom to let in from the next request on. Any thread. */
    public void change(Tokens tokens, List<String> hosts, List<String> origins) {
        dispatcher.change(new BrowserGuard(hosts, origins), new Identities(tokens));
    }

    /** The TCP port that it listens on, -1 before. */
    public int port() {
        return port;
    }

    /** Connections that are open now. */
    public int openConnections() {
        return connections.open();
    }

    RouteTable table() {
        return table;
    }

    /** Stops listening, closes what is open and removes the socket's file. */
    public Future<Void> close() {
        Future<Void> closed = Future.succeededFuture();
        for (HttpServer server : servers) {
            closed = closed.compose(unused -> server.close()).otherwiseEmpty();
        }
        return closed.compose(unused -> vertx.executeBlocking(() -> {
            if (socketFile != null) {
                socketFile.remove();
            }
            return null;
        }));
    }

    private Future<Void> listenTcp(Context loop) {
        var listen = options.listen();
        return Listeners.on(loop, () -> server().listen(SocketAddress.inetSocketAddress(listen.port(), listen.host())))
                .onSuccess(server -> port = server.actualPort())
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(Problem.of(
                        Problem.Kind.CONFLICT,
                        "cannot listen on " + listen.host() + ":" + listen.port() + ": " + failure.getMessage()
                                + "; choose another address with --listen")));
    }

    private Future<Void> listenSocket(Context loop) {
        Path place = options.socket();
        if (place == null) {
            return Future.succeededFuture();
        }
        SocketFile file = new SocketFile(place, options.socketGroup());
        return vertx.executeBlocking(file::prepare).compose(bound -> {
            socketFile = file;
            return Listeners.on(loop, () -> server().listen(SocketAddress.domainSocketAddress(bound.toString())))
                    .compose(server -> vertx.<Void>executeBlocking(() -> {
                        file.publish(bound);
                        return null;
                    }));
        });
    }

    private HttpServer server() {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxWebSocketFrameSize(MAX_FRAME_BYTES)
                        .setMaxWebSocketMessageSize(MAX_FRAME_BYTES)
                        .setWebSocketSubProtocols(List.of("cloudevents.json"))
                        .setTcpKeepAlive(true)
                        .setHandle100ContinueAutomatically(true))
                .connectionHandler(connections::opened)
                .invalidRequestHandler(this::refuseMalformed)
                .requestHandler(this::handle);
        servers.add(server);
        return server;
    }

    private void handle(HttpServerRequest request) {
        dispatcher.handle(connections.began(request));
    }

    private void refuseMalformed(HttpServerRequest request) {
        Answer answer = Answer.problem(Problems.ofMalformed(request));
        request.response()
                .setStatusCode(answer.status())
                .putHeader("Content-Type", String.valueOf(answer.contentType()))
                .end(answer.body())
                .onComplete(unused -> request.connection().close());
    }
}
