package io.vigia.supervisor.api;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.model.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong, in words for the one who asked. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    static Problem of(Throwable failure, HttpServerRequest request) {
        return switch (failure) {
            case Problem problem -> problem;
            case KernelException e ->
                Problem.of(Problem.Kind.KERNEL, e.getMessage() + " (" + Errno.name(e.errno()) + ")")
                        .atFile(e.target(), e.errno());
            default -> {
                LOG.error("{} {} failed", request.method(), request.path(), failure);
                yield Problem.of(Problem.Kind.INTERNAL, "an error of vigia's own; its log says more");
            }
        };
    }

    /** Of a request that is no HTTP. */
    static Problem ofMalformed(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        return switch (cause) {
            case TooLongHttpLineException e -> Problem.of(Problem.Kind.URI_TOO_LONG, "the request line is too long");
            case TooLongHttpHeaderException e ->
                Problem.of(Problem.Kind.HEADERS_TOO_LARGE, "the headers are too large");
            case null, default -> Problem.of(Problem.Kind.INVALID, "this is not HTTP/1.1");
        };
    }
}
