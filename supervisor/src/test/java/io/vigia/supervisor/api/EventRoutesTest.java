package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventDraft;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventRoutesTest extends OneFace {
    private static final String UPGRADE =
            "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13";

    @BeforeAll
    void fillTheJournal() {
        for (int i = 0; i < 1_300; i++) {
            serving.journal.append(new EventDraft(
                    i % 2 == 0 ? "group.created" : "limits.changed", "vigia/demo", Instant.EPOCH, new JsonObject()));
        }
        serving.journal.trimTo(11);
    }

    @ParameterizedTest
    @CsvSource({
        "?since=10,11,1290",
        "?since=1299,1300,1",
        "?since=1300,,0",
        "?since=10&limit=501,11,501",
        "?limit=5,1296,5",
        "?limit=5&type=limits.*,1292,5",
        "?type=io.vigia.group.created&since=10&limit=3,11,3",
        "?group=/vigia/*&since=1290,1291,10",
        "?group=/other/**&since=10,,0"
    })
    void readsRanges(String query, String first, int count) {
        JsonArray events = new JsonArray(unix.get("/api/v1/events" + query).body());
        assertThat(events).hasSize(count);
        assertThat(count == 0 ? null : events.getJsonObject(0).getString("sequence"))
                .isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"9,410", "1301,410", "99999999999999999999,400", "-1,400", "x,400"})
    void refusesWhatIsOutOfRange(String since, int status) {
        Wire.Reply reply = unix.get("/api/v1/events?since=" + since);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().getString("field")).isEqualTo("since");
    }

    @Test
    void speaksLinesAndServerSentEvents() {
        Wire.Reply lines = unix.get("/api/v1/events?since=1298", "Accept: application/x-ndjson");
        assertThat(lines.header("content-type")).isEqualTo("application/x-ndjson");
        assertThat(lines.body().strip().split("\n", -1)).hasSize(2);
        Wire.Reply sse = unix.get("/api/v1/events?since=20", "Accept: text/event-stream", "Last-Event-ID: 1299");
        assertThat(sse.body()).startsWith("id: 1300\n");
    }

    @Test
    void upgradesToWebSocketsWithOurSubProtocolOrWithout() throws IOException {
        assertThat(unix.get("/api/v1/events/stream").status()).isEqualTo(400);
        for (String offered : new String[] {"", "\r\nSec-WebSocket-Protocol: cloudevents.json"}) {
            Wire.Reply reply = unix.until(
                    "\"sequence\":\"1300\"",
                    "GET /api/v1/events/stream?since=1299 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n" + UPGRADE
                            + offered + "\r\n\r\n");
            assertThat(reply.status()).isEqualTo(101);
            assertThat(reply.headers().containsKey("sec-websocket-protocol")).isEqualTo(!offered.isEmpty());
            assertThat(reply.body()).contains("\"sequence\":\"1300\"");
        }
    }
}
