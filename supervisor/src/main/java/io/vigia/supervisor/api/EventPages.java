package io.vigia.supervisor.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.Journal;
import java.util.List;

/**
 * A range of the journal as one chunked answer. The next piece is read, on a worker, when the one before has left, so
 * that a long range costs a short one's memory. Event loop of the connection.
 */
final class EventPages {
    private static final int PIECE = 500;

    private final Journal journal;
    private final EventFilter filter;
    private final Delivery delivery;
    private final HttpServerRequest request;
    private final boolean array;
    private final Context context = Listeners.current();
    private int left;
    private boolean first = true;

    EventPages(Journal journal, EventFilter filter, Delivery delivery, String mediaType) {
        this.journal = journal;
        this.filter = filter;
        this.delivery = delivery;
        this.request = delivery.request();
        this.array = mediaType.equals(MediaTypes.JSON);
        request.response()
                .putHeader("Content-Type", mediaType)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cache-Control", "no-store");
    }

    /** @param since -1: the newest {@code limit} events, oldest first, as a list has no "from now on" */
    Future<Answer> start(long since, int limit) {
        left = limit;
        Future<Long> from = since >= 0 ? Future.succeededFuture(since) : newest(limit);
        return from.compose(this::read).map(events -> {
            context.runOnContext(unused -> begin(events));
            return Answer.TAKEN;
        });
    }

    /** Looks further and further back until enough events match. */
    private Future<Long> newest(int limit) {
        return Listeners.blocking(context, () -> {
            Journal.Bounds bounds = journal.bounds();
            for (long window = 4L * limit; ; window *= 4) {
                long since = Math.max(bounds.oldest() - 1, bounds.next() - 1 - window);
                boolean all = since == bounds.oldest() - 1;
                List<Event> found = journal.read(since, filter, (int) Math.min(window, Integer.MAX_VALUE));
                if (found.size() > limit) {
                    return found.get(found.size() - limit - 1).sequence();
                }
                if (all || found.size() == limit) {
                    return since;
                }
            }
        });
    }

    private Future<List<Event>> read(long since) {
        return Listeners.blocking(context, () -> journal.read(since, filter, Math.min(PIECE, left)));
    }

    private void begin(List<Event> events) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        response.setChunked(true);
        send(events);
    }

    private void send(List<Event> events) {
        Buffer piece = Buffer.buffer();
        for (Event event : events) {
            if (array) {
                piece.appendString(first ? "[" : ",\n");
            }
            piece.appendString(event.json());
            if (!array) {
                piece.appendString("\n");
            }
            first = false;
        }
        boolean last = events.size() < Math.min(PIECE, left) || events.size() == left;
        left -= events.size();
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (last) {
            response.end(array ? piece.appendString(first ? "[]" : "]") : piece);
            return;
        }
        long since = events.get(events.size() - 1).sequence();
        delivery.write(piece)
                .compose(unused -> read(since))
                .onComplete(result -> context.runOnContext(unused -> {
                    if (result.succeeded()) {
                        send(result.result());
                    } else {
                        // The head has gone: breaking off is how HTTP says that something is missing.
                        request.connection().close();
                    }
                }));
    }
}
