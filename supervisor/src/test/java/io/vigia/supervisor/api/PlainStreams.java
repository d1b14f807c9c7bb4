package io.vigia.supervisor.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vigia.supervisor.journal.EventFilter;

/** Sends what is there already, and no more. */
record PlainStreams(MemoryJournal journal) implements EventStreams {
    @Override
    public void sendServerSentEvents(HttpServerRequest request, long since, EventFilter filter) {
        StringBuilder out = new StringBuilder();
        journal.read(since, filter, 10)
                .forEach(event -> out.append("id: ")
                        .append(event.sequence())
                        .append("\ndata: ")
                        .append(event.json())
                        .append("\n\n"));
        request.response().putHeader("Content-Type", MediaTypes.SSE).end(out.toString());
    }

    @Override
    public void sendFrames(ServerWebSocket socket, long since, EventFilter filter) {
        journal.read(since, filter, 10).forEach(event -> socket.writeTextMessage(event.json()));
    }
}
