package io.vigia.supervisor.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vigia.supervisor.model.Problem;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Collects a body within bounds of size and time. What is too long is read on for a while without being kept, so that
 * the client gets to read the refusal instead of a reset connection. Event loop of the connection.
 */
final class Body {
    /** Kept at most. */
    static final int MAX_BYTES = 1 << 20;

    private static final long DRAIN_BYTES = 8L << 20;
    private static final long DEADLINE_MILLIS = 30_000;
    private static final long DISCARD_MILLIS = 2_000;

    private final Promise<Buffer> done = Promise.promise();
    private @Nullable Buffer kept = Buffer.buffer();
    private long seen;

    private Body() {}

    static Future<Buffer> collect(Context context, HttpServerRequest request) {
        if (declared(request) > DRAIN_BYTES) {
            // It will not be read to its end: whoever sends it, or waits, is not kept waiting for the refusal.
            return discard(context, request).compose(unused -> Future.failedFuture(tooLarge()));
        }
        Body body = new Body();
        long deadline = context.owner().setTimer(DEADLINE_MILLIS, unused -> body.expire());
        request.handler(body::add);
        request.endHandler(unused -> body.end());
        request.exceptionHandler(body.done::tryFail);
        return body.done.future().onComplete(unused -> context.owner().cancelTimer(deadline));
    }

    /**
     * Reads, within the same bounds but for less time, what nobody wants: an answer that came before the end of the body would be lost to a client
     * that is still sending when its connection is closed.
     */
    static Future<Void> discard(Context context, HttpServerRequest request) {
        Promise<Void> over = Promise.promise();
        long deadline = context.owner().setTimer(DISCARD_MILLIS, unused -> over.tryComplete());
        AtomicLong seen = new AtomicLong();
        request.handler(part -> {
            if (seen.addAndGet(part.length()) > DRAIN_BYTES) {
                over.tryComplete();
            }
        });
        request.endHandler(unused -> over.tryComplete());
        request.exceptionHandler(unused -> over.tryComplete());
        return over.future().onComplete(unused -> context.owner().cancelTimer(deadline));
    }

    private void add(Buffer part) {
        seen += part.length();
        if (kept != null && seen <= MAX_BYTES) {
            kept.appendBuffer(part);
        } else {
            kept = null;
            if (seen > DRAIN_BYTES) {
                done.tryFail(tooLarge());
            }
        }
    }

    private void end() {
        if (kept == null) {
            done.tryFail(tooLarge());
        } else {
            done.tryComplete(kept);
        }
    }

    private void expire() {
        kept = null;
        done.tryFail(Problem.of(
                Problem.Kind.TIMEOUT,
                "the body did not arrive within " + DEADLINE_MILLIS / 1000 + " s, " + seen + " bytes did"));
    }

    private static long declared(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Problem tooLarge() {
        return Problem.of(Problem.Kind.TOO_LARGE, "a body may have " + MAX_BYTES + " bytes");
    }
}
