package io.vigia.supervisor.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vigia.supervisor.model.LogChunk;

/**
 * A container's output as one chunked answer. A piece is asked for only when the one before has left, so a client that
 * reads slowly costs one piece of memory. The container writes straight into its file and vigia is not told of it, so
 * following looks again four times a second, for as long as somebody follows. Event loop of the connection.
 */
final class LogStream {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final long LOOK_AGAIN_MILLIS = 250;

    private final Control control;
    private final String group;
    private final String container;
    private final Delivery delivery;
    private final HttpServerRequest request;
    private final boolean follow;
    private final long tail;
    private final Context context;

    /** @param tail how many of the lines that are there; -1: all */
    LogStream(Control control, String group, String container, Delivery delivery, boolean follow, long tail) {
        this.control = control;
        this.group = group;
        this.container = container;
        this.delivery = delivery;
        this.request = delivery.request();
        this.follow = follow;
        this.tail = tail;
        this.context = Listeners.current();
    }

    /** Fails as long as nothing was sent; after that the answer is on its way. */
    Future<Answer> start() {
        Future<Long> from = tail < 0 ? Future.succeededFuture(-1L) : control.logTail(group, container, tail);
        return from.compose(begin -> control.log(group, container, begin, PIECE_BYTES))
                .map(first -> {
                    context.runOnContext(unused -> begin(first));
                    return Answer.TAKEN;
                });
    }

    private void begin(LogChunk first) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        response.putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cache-Control", "no-store");
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        response.setChunked(true);
        response.writeHead();
        send(first);
    }

    private void send(LogChunk chunk) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (chunk.bytes().length() == 0) {
            if (follow && !chunk.ended()) {
                context.owner().setTimer(LOOK_AGAIN_MILLIS, unused -> next(chunk));
            } else {
                response.end();
            }
            return;
        }
        delivery.write(chunk.bytes()).onSuccess(unused -> next(chunk));
    }

    private void next(LogChunk before) {
        if (request.response().closed()) {
            return;
        }
        control.log(group, container, before.next(), PIECE_BYTES)
                .onComplete(result -> context.runOnContext(unused -> {
                    if (result.succeeded()) {
                        send(result.result());
                    } else {
                        // The head has gone: ending without the last chunk is how HTTP says that something is missing.
                        request.connection().close();
                    }
                }));
    }
}
