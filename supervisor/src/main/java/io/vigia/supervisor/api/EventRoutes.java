package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vigia.kernel.model.Glob;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.Journal;
import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The journal's events: a range as an array or as lines, and from a point on as a stream. */
final class EventRoutes {
    private static final int MOST = 100_000;
    private static final int USUAL = 10_000;

    private final Journal journal;
    private final EventStreams streams;
    private final StreamRoom room;

    EventRoutes(Journal journal, EventStreams streams, StreamRoom room) {
        this.journal = journal;
        this.streams = streams;
        this.room = room;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/events", this::read)
                        .taking("since", "type", "group", "limit")
                        .answering(MediaTypes.JSON, MediaTypes.NDJSON, MediaTypes.SSE),
                Route.get("/api/v1/events/stream", this::upgrade)
                        .taking("since", "type", "group", "limit")
                        .answering());
    }

    private Future<Answer> read(Exchange exchange) {
        Query query = exchange.query();
        EventFilter filter = filter(query);
        int limit = limit(query);
        if (exchange.accepted().equals(MediaTypes.SSE)) {
            return follow(exchange, filter);
        }
        long since = query.number("since", 0, Long.MAX_VALUE, EventStreams.FROM_NOW_ON);
        requireKept(since);
        return new EventPages(journal, filter, exchange.delivery(), exchange.accepted()).start(since, limit);
    }

    private Future<Answer> follow(Exchange exchange, EventFilter filter) {
        HttpServerRequest request = exchange.request();
        long since = since(exchange.query(), request.getHeader("Last-Event-ID"));
        if (request.method().equals(HttpMethod.HEAD)) {
            return Future.succeededFuture(Answer.text(200, MediaTypes.SSE, ""));
        }
        room.take(exchange);
        streams.sendServerSentEvents(request, since, filter);
        return Future.succeededFuture(Answer.TAKEN);
    }

    private Future<Answer> upgrade(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        EventFilter filter = filter(exchange.query());
        int unused = limit(exchange.query());
        long since = since(exchange.query(), null);
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            throw Problem.of(
                    Problem.Kind.INVALID,
                    "this path is for WebSockets (Upgrade: websocket); /api/v1/events has the same over plain HTTP");
        }
        requireHandshake(request);
        room.take(exchange);
        return request.toWebSocket().map(socket -> {
            streams.sendFrames(socket, since, filter);
            return Answer.TAKEN;
        });
    }

    /** RFC 6455, section 4.2.1: what is wrong there is the client's fault, and told as any other. */
    private static void requireHandshake(HttpServerRequest request) {
        String connection = String.valueOf(request.getHeader("Connection"));
        if (!connection.toLowerCase(Locale.ROOT).contains("upgrade")
                || !request.method().equals(HttpMethod.GET)
                || !"13".equals(request.getHeader("Sec-WebSocket-Version"))
                || request.getHeader("Sec-WebSocket-Key") == null) {
            throw Problem.of(
                    Problem.Kind.INVALID,
                    "no WebSocket handshake: that is a GET with Connection: Upgrade, Sec-WebSocket-Version: 13 and a"
                            + " Sec-WebSocket-Key");
        }
    }

    /** Beyond what is kept a stream says so with a gap of its own; a range has 410 for it. */
    private void requireKept(long since) {
        if (since == EventStreams.FROM_NOW_ON) {
            return;
        }
        Journal.Bounds bounds = journal.bounds();
        if (since < bounds.oldest() - 1 || since > bounds.next() - 1) {
            throw Problem.of(
                            Problem.Kind.GONE,
                            "events after " + since + " cannot be told: the oldest kept is " + bounds.oldest()
                                    + ", the next will be " + bounds.next())
                    .atField("since");
        }
    }

    /** Where a reconnecting browser left off wins over where its address once began. */
    private static long since(Query query, @Nullable String lastEventId) {
        long given = query.number("since", 0, Long.MAX_VALUE, EventStreams.FROM_NOW_ON);
        if (lastEventId == null || lastEventId.isBlank()) {
            return given;
        }
        if (!lastEventId.strip().matches("\\d{1,18}")) {
            throw Problem.of(Problem.Kind.INVALID, "Last-Event-ID is an event's number")
                    .atField("Last-Event-ID");
        }
        return Long.parseLong(lastEventId.strip());
    }

    /** A stream has no end that it could be of use for, but is asked the same as a list. */
    private static int limit(Query query) {
        return (int) query.number("limit", 1, MOST, USUAL);
    }

    private static EventFilter filter(Query query) {
        String type = query.text("type");
        String group = query.text("group");
        String plain = type == null ? null : type.replace(EventTypes.PREFIX, "");
        return new EventFilter(
                plain == null || plain.isEmpty() ? null : Glob.ofName(plain),
                group == null || group.isEmpty() ? null : Glob.ofPath(group));
    }
}
