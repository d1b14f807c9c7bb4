package io.vigia.supervisor.stream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventFilter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Server-sent events as a sink; {@code id} is the sequence. The request's context alone. */
public final class SseStream implements StreamSink {
    public static final Duration COMMENT_EVERY = Duration.ofSeconds(15);

    private static final int QUEUE_BYTES = 256 * 1024;

    private final HttpServerConnection connection;
    private final HttpServerResponse response;
    private final ClientStream stream;
    private int fullFor;

    private SseStream(Vertx vertx, EventHub hub, HttpServerRequest request, @Nullable Long since, EventFilter filter) {
        this.connection = (HttpServerConnection) request.connection();
        this.response = request.response();
        this.stream = hub.open(vertx.getOrCreateContext(), this, since, filter);
    }

    /**
     * Answers the request; {@code Last-Event-ID} goes before {@code since}.
     *
     * @param commentEvery {@link #COMMENT_EVERY}; who takes nothing for three times that is gone
     */
    public static void open(
            Vertx vertx,
            EventHub hub,
            HttpServerRequest request,
            @Nullable Long since,
            EventFilter filter,
            Duration commentEvery) {
        HttpServerResponse response = request.response();
        response.setChunked(true)
                .setWriteQueueMaxSize(QUEUE_BYTES)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store");
        Long last = lastEventId(request.getHeader("Last-Event-ID"));
        SseStream sink = new SseStream(vertx, hub, request, last == null ? since : last, filter);
        long timer = vertx.setPeriodic(commentEvery.toMillis(), ignored -> sink.keepAlive());
        response.drainHandler(ignored -> sink.stream.pump());
        response.exceptionHandler(e -> EventHub.LOG.debug("a client's event stream: {}", e.toString()));
        response.closeHandler(ignored -> {
            vertx.cancelTimer(timer);
            sink.stream.end();
        });
    }

    private static @Nullable Long lastEventId(@Nullable String header) {
        try {
            return header == null ? null : Long.valueOf(header.strip());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void keepAlive() {
        if (!full()) {
            fullFor = 0;
            response.write(": keep-alive\n\n");
        } else if (++fullFor >= 3) {
            stream.end();
            // At once: a reset or a close would first wait for the client to take what was written.
            var unused = connection.channelHandlerContext().close();
        }
    }

    @Override
    public boolean full() {
        return response.closed() || response.ended() || response.writeQueueFull();
    }

    @Override
    public void write(Event event) {
        response.write("id: " + event.sequence() + "\ndata: " + event.json() + "\n\n");
    }

    @Override
    public void writeNote(String json) {
        response.write("data: " + json + "\n\n");
    }

    @Override
    public void close(int code, String reason) {
        stream.end();
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }
}
