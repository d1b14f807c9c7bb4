package io.vigia.supervisor.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vigia.supervisor.journal.EventFilter;

/**
 * Sends events as they are committed, to clients that may be slow or gone. Called on the connection's event loop after
 * every check was passed; from then on the implementation owns the answer or the socket. Never blocks.
 */
public interface EventStreams {
    /** {@code since} when the client wants events from now on. */
    long FROM_NOW_ON = -1;

    /** {@code text/event-stream}; nothing of the answer was written yet. */
    void sendServerSentEvents(HttpServerRequest request, long since, EventFilter filter);

    /** One event per text frame, from an accepted WebSocket. */
    void sendFrames(ServerWebSocket socket, long since, EventFilter filter);
}
