package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * An answer on its way to its client. The request's event loop.
 *
 * @param over completes once the answer was written to its end, or its connection has ended
 * @param takeMillis for the client to take one piece
 */
record Delivery(Vertx vertx, HttpServerRequest request, Future<Void> over, long takeMillis) {
    /** Writes a piece of a chunked answer; a client that does not take it in time loses its connection. */
    Future<Void> write(Buffer piece) {
        Future<Void> taken = request.response().write(piece);
        long deadline = vertx.setTimer(takeMillis, unused -> Connections.cut(request.connection()));
        return taken.onComplete(unused -> vertx.cancelTimer(deadline));
    }
}
