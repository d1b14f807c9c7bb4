package io.vigia.supervisor.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vigia.supervisor.api.auth.BrowserGuard;

/** Puts answers on the wire. Event loop of the connection. */
final class Writer {
    private final BrowserGuard guard;

    Writer(BrowserGuard guard) {
        this.guard = guard;
    }

    void write(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        if (answer.isTaken() || response.closed() || response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        addCommon(request);
        if (answer.contentType() != null) {
            response.putHeader("Content-Type", answer.contentType());
            response.putHeader("Content-Length", String.valueOf(answer.body().length()));
        }
        boolean bodiless = answer.contentType() == null || request.method().equals(HttpMethod.HEAD);
        var sent = bodiless ? response.end() : response.end(answer.body());
        if (!request.isEnded()) {
            // The rest of the body was refused: nothing that follows on this connection could be trusted to be a
            // request.
            sent.onComplete(unused -> request.connection().close());
        }
    }

    /** What every answer carries. */
    void addCommon(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("X-Content-Type-Options", "nosniff");
        if (!response.headers().contains("Cache-Control")) {
            response.putHeader("Cache-Control", "no-store");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && guard.isListed(origin)) {
            response.putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Vary", "Origin")
                    .putHeader("Access-Control-Expose-Headers", "ETag");
            if (request.method().equals(HttpMethod.OPTIONS)) {
                response.putHeader("Access-Control-Allow-Methods", "GET, PUT, PATCH, POST, DELETE")
                        .putHeader(
                                "Access-Control-Allow-Headers",
                                "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID");
            }
        }
    }
}
