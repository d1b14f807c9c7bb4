package io.vigia.supervisor.node;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vigia.supervisor.api.EventStreams;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.stream.EventHub;
import io.vigia.supervisor.stream.SseStream;
import io.vigia.supervisor.stream.WebSocketStream;
import org.jspecify.annotations.Nullable;

/** Joins the face to the streams. */
record HubStreams(Vertx vertx, EventHub hub) implements EventStreams {
    @Override
    public void sendServerSentEvents(HttpServerRequest request, long since, EventFilter filter) {
        SseStream.open(vertx, hub, request, from(since), filter, WebSocketStream.PING_EVERY);
    }

    @Override
    public void sendFrames(ServerWebSocket socket, long since, EventFilter filter) {
        WebSocketStream.open(vertx, hub, socket, from(since), filter, WebSocketStream.PING_EVERY);
    }

    private static @Nullable Long from(long since) {
        return since == FROM_NOW_ON ? null : since;
    }
}
