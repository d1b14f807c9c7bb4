package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vigia.supervisor.journal.EventFilter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bound on answers without an end, over real sockets. */
class StreamRoomTest {
    private static final String BEGUN = ": begun\n\n";

    private Serving serving;

    @BeforeEach
    void start() {
        serving = new Serving(
                new Connections(Serving.MAX_CONNECTIONS, 3_600_000, 3_600_000), unused -> new EndlessStreams());
    }

    @AfterEach
    void stop() {
        serving.close();
    }

    /** Say that they have begun, and no more. */
    private record EndlessStreams() implements EventStreams {
        @Override
        public void sendServerSentEvents(HttpServerRequest request, long since, EventFilter filter) {
            HttpServerResponse response = request.response().setChunked(true);
            response.putHeader("Content-Type", MediaTypes.SSE).write(BEGUN);
            // As the real ones do.
            response.closeHandler(unused -> {});
        }

        @Override
        public void sendFrames(ServerWebSocket socket, long since, EventFilter filter) {
            socket.writeTextMessage(BEGUN);
            socket.closeHandler(unused -> {});
        }
    }

    private enum Kind {
        EVENTS(BEGUN, "/api/v1/events", "Accept: text/event-stream"),
        FRAMES(
                BEGUN,
                "/api/v1/events/stream",
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13"),
        LOG("two\n", "/api/v1/groups/vigia%2Fdemo/containers/web/logs?follow", "Accept: text/plain");

        private final String begun;
        private final String target;
        private final String headers;

        Kind(String begun, String target, String... headers) {
            this.begun = begun;
            this.target = target;
            this.headers = String.join("\r\n", headers);
        }
    }

    /** @return the status; the stream has begun where it is not refused */
    private static int ask(OpenWire wire, Kind kind) throws IOException {
        wire.get(kind.target, kind.headers);
        String head = wire.until("\r\n\r\n");
        int status = Integer.parseInt(head.split(" ", -1)[1]);
        if (status == 503) {
            assertThat(head).contains("Retry-After: 5\r\n", "application/problem+json");
            assertThat(wire.until("}")).contains("4 streams already");
        } else {
            wire.until(kind.begun);
        }
        return status;
    }

    private OpenWire open(Kind kind) throws IOException {
        OpenWire wire = new OpenWire(serving.face.port());
        assertThat(ask(wire, kind)).isIn(101, 200);
        return wire;
    }

    @Test
    void refusesStreamsPastTheBoundAndServesOthers() throws IOException {
        List<OpenWire> open = new ArrayList<>();
        try (OpenWire past = new OpenWire(serving.face.port())) {
            for (int i = 0; i < Serving.MAX_STREAMS; i++) {
                open.add(open(Kind.values()[i % Kind.values().length]));
            }
            for (Kind kind : Kind.values()) {
                assertThat(ask(past, kind)).isEqualTo(503);
            }
            past.get("/livez");
            assertThat(past.until("ok\n")).startsWith("HTTP/1.1 200 ");
        } finally {
            for (OpenWire wire : open) {
                wire.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesTheRoomOfAStreamToTheNextWhenItsClientGoes(Kind kind) throws IOException {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < Serving.MAX_STREAMS; i++) {
                open(kind).close();
            }
            await().atMost(OpenWire.BOUND).until(() -> serving.face.openConnections() == 0);
        }
    }

    @Test
    void keepsNoRoomForARequestThatWasRefused() throws IOException {
        for (int i = 0; i <= Serving.MAX_STREAMS; i++) {
            assertThat(serving.tcp()
                            .get("/api/v1/groups/vigia%2Fnone/containers/web/logs?follow")
                            .status())
                    .isEqualTo(404);
            // Without the other headers of a handshake.
            Wire.Reply refused = serving.tcp().get("/api/v1/events/stream", "Upgrade: websocket");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.problem()).isEqualTo("invalid");
        }
        open(Kind.FRAMES).close();
    }
}
