package io.vigia.supervisor.stream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventFilter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A WebSocket as a sink: pings, and ends peers that do not answer. The socket's context alone. */
public final class WebSocketStream implements StreamSink {
    /** Frames of this sub-protocol are the same whether it is offered or not. */
    public static final String SUB_PROTOCOL = "cloudevents.json";

    public static final Duration PING_EVERY = Duration.ofSeconds(15);

    static final int QUEUE_BYTES = 256 * 1024;
    private static final int INCOMING_BYTES = 64 * 1024;
    private static final int TRY_AGAIN_LATER = 1013;
    private static final int POLICY_VIOLATION = 1008;

    private final ServerWebSocket socket;
    private final ClientStream stream;
    private int unanswered;
    private int incoming;
    private boolean closing;
    private int sinceClosing;

    private WebSocketStream(
            EventHub hub, Context context, ServerWebSocket socket, @Nullable Long since, EventFilter filter) {
        this.socket = socket;
        this.stream = hub.open(context, this, since, filter);
    }

    /**
     * On the socket's context, right after the handshake.
     *
     * @param pingEvery {@link #PING_EVERY}; a peer that left two pings unanswered is gone
     */
    public static void open(
            Vertx vertx,
            EventHub hub,
            ServerWebSocket socket,
            @Nullable Long since,
            EventFilter filter,
            Duration pingEvery) {
        socket.setWriteQueueMaxSize(QUEUE_BYTES);
        WebSocketStream sink = new WebSocketStream(hub, vertx.getOrCreateContext(), socket, since, filter);
        long timer = vertx.setPeriodic(pingEvery.toMillis(), ignored -> sink.ping());
        socket.pongHandler(ignored -> sink.unanswered = 0);
        socket.frameHandler(frame -> sink.received(frame.binaryData().length()));
        socket.drainHandler(ignored -> sink.stream.pump());
        socket.exceptionHandler(e -> EventHub.LOG.debug("a client's WebSocket: {}", e.toString()));
        socket.closeHandler(ignored -> {
            vertx.cancelTimer(timer);
            sink.stream.end();
        });
    }

    private void ping() {
        incoming = 0;
        if (closing) {
            // One whole turn for the close frame; a peer that takes nothing would not let the connection end.
            if (++sinceClosing > 1) {
                var unused =
                        ((WebSocketInternal) socket).channelHandlerContext().close();
            }
        } else if (unanswered >= 2) {
            close(TRY_AGAIN_LATER, "no answer to pings; resume with since");
        } else {
            unanswered++;
            socket.writePing(Buffer.buffer("vigia"));
        }
    }

    /** What clients send means nothing here, and may not cost much. */
    private void received(int bytes) {
        incoming += bytes + 16;
        if (incoming > INCOMING_BYTES) {
            close(POLICY_VIOLATION, "this stream goes one way");
        }
    }

    @Override
    public boolean full() {
        return socket.isClosed() || socket.writeQueueFull();
    }

    @Override
    public void write(Event event) {
        socket.writeTextMessage(event.json());
    }

    @Override
    public void writeNote(String json) {
        socket.writeTextMessage(json);
    }

    @Override
    public void close(int code, String reason) {
        stream.end();
        closing = true;
        if (!socket.isClosed()) {
            socket.close((short) code, reason);
        }
    }
}
