package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventDraft;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that hold connections without using them, on real sockets; others are served all the while. */
class ConnectionsTest {
    private static final String LOGS = "/api/v1/groups/vigia%2Fdemo/containers/web/logs";
    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";
    private static final String FIRST_EVENTS = "/api/v1/events?since=0";
    private static final int NEVER = 3_600_000;
    private static final int SHORT = 2_000;
    private static final int LONG_LOG = 32 << 20;

    private @Nullable Serving serving;

    private Serving serve(int most, int headMillis, int idleMillis) {
        serving = new Serving(new Connections(most, headMillis, idleMillis), PlainStreams::new);
        return serving;
    }

    @AfterEach
    void stop() {
        if (serving != null) {
            serving.close();
        }
    }

    private static void answers(OpenWire wire) throws IOException {
        wire.get("/livez");
        assertThat(wire.until("ok\n")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Drip: "})
    void closesAConnectionWhoseFirstHeadDoesNotComeInTime(String half) throws IOException {
        Serving face = serve(Serving.MAX_CONNECTIONS, SHORT, NEVER);
        try (OpenWire other = new OpenWire(face.face.port());
                OpenWire slow = new OpenWire(face.face.port())) {
            answers(other);
            slow.write(half);
            answers(other);
            slow.awaitClosed(half.isEmpty() ? "" : "x");
            answers(other);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "log", "lines", "events"})
    void closesAConnectionWhoseNextHeadDoesNotComeInTime(String before) throws IOException {
        Serving face = serve(Serving.MAX_CONNECTIONS, NEVER, SHORT);
        face.journal.append(new EventDraft("group.created", "vigia/demo", Instant.EPOCH, new JsonObject()));
        try (OpenWire slow = new OpenWire(face.face.port())) {
            switch (before) {
                case "log" -> slow.get(LOGS);
                case "lines" -> slow.get(FIRST_EVENTS, "Accept: application/x-ndjson");
                case "events" -> slow.get(FIRST_EVENTS, "Accept: text/event-stream");
                default -> slow.get("/livez");
            }
            String answer = slow.until("\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            slow.until(
                    switch (before) {
                        case "log", "lines" -> LAST_CHUNK;
                        case "events" -> "}\n\n";
                        default -> "ok\n";
                    });
            slow.write("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Drip: ");
            assertThat(face.tcp().get("/livez").status()).isEqualTo(200);
            slow.awaitClosed("x");
        }
        assertThat(face.tcp().get("/livez").status()).isEqualTo(200);
    }

    @Test
    void followsALogThatIsSilentForLongerThanAConnectionMayIdle() throws IOException {
        Serving face = serve(Serving.MAX_CONNECTIONS, NEVER, SHORT);
        try (OpenWire follower = new OpenWire(face.face.port())) {
            follower.get(LOGS + "?follow");
            follower.until("two\n");
            for (int i = 0; i < 2; i++) {
                try (OpenWire idle = new OpenWire(face.face.port())) {
                    answers(idle);
                    idle.awaitClosed("");
                }
            }
            face.control.appendLog("three\n");
            follower.until("three\n");
        }
        await().atMost(OpenWire.BOUND).until(() -> face.face.openConnections() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {LOGS, FIRST_EVENTS + "&limit=100000"})
    void closesAConnectionWhoseClientDoesNotTakeALongAnswer(String target) throws IOException {
        Serving face = serve(Serving.MAX_CONNECTIONS, NEVER, SHORT);
        face.control.appendLog("x".repeat(LONG_LOG));
        for (int i = 0; i < 3_000; i++) {
            face.journal.append(new EventDraft(
                    "group.created", "vigia/demo", Instant.EPOCH, new JsonObject().put("padding", "x".repeat(10_000))));
        }
        try (OpenWire deaf = new OpenWire(face.face.port())) {
            deaf.get(target);
            deaf.until("\r\n\r\n");
            assertThat(face.tcp().get("/livez").status()).isEqualTo(200);
            await().atMost(OpenWire.BOUND).until(() -> face.face.openConnections() == 0);
        }
        assertThat(face.tcp().get("/livez").status()).isEqualTo(200);
    }

    @Test
    void closesConnectionsPastTheBoundAndServesThoseWithin() throws IOException {
        int most = 3;
        Serving face = serve(most, NEVER, NEVER);
        List<OpenWire> within = new ArrayList<>();
        try {
            for (int i = 0; i < most; i++) {
                within.add(new OpenWire(face.face.port()));
                answers(within.get(i));
            }
            for (int i = 0; i < most; i++) {
                try (OpenWire past = new OpenWire(face.face.port())) {
                    past.awaitClosed("");
                }
            }
            assertThat(face.face.openConnections()).isEqualTo(most);
            for (OpenWire wire : within) {
                answers(wire);
            }
            within.removeFirst().close();
            await().atMost(OpenWire.BOUND).until(() -> face.face.openConnections() == most - 1);
            OpenWire next = new OpenWire(face.face.port());
            within.add(next);
            answers(next);
        } finally {
            for (OpenWire wire : within) {
                wire.close();
            }
        }
        await().atMost(OpenWire.BOUND).until(() -> face.face.openConnections() == 0);
    }
}
