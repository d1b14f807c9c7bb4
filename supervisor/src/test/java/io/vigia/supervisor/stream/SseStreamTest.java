package io.vigia.supervisor.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Glob;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Server-sent events on real sockets over a real journal, to clients that come back, read slowly, or not at all. */
class SseStreamTest extends JournalledHub {
    private final List<HttpServerResponse> responses = new CopyOnWriteArrayList<>();

    private int serve(EventFilter filter, Duration commentEvery) throws Exception {
        return listen(vertx.createHttpServer().requestHandler(request -> {
            responses.add(request.response());
            SseStream.open(vertx, hub, request, since(request.query()), filter, commentEvery);
        }));
    }

    /** The next message, whose id is its event's number: what has none must not become a Last-Event-ID. */
    private static JsonObject event(RawSse client) throws IOException {
        RawSse.Message message = client.message();
        assertThat(message.id()).isEqualTo(message.data().getString("sequence"));
        return message.data();
    }

    private static void expect(RawSse client, long from, long through) throws IOException {
        for (long sequence = from; sequence <= through; sequence++) {
            assertThat(event(client).getString("sequence")).isEqualTo(String.valueOf(sequence));
        }
    }

    private static JsonObject note(RawSse client, String type) throws IOException {
        JsonObject event = event(client);
        assertThat(event.containsKey("sequence")).isFalse();
        assertThat(event.getString("type")).isEqualTo(EventTypes.PREFIX + type);
        return event.getJsonObject("data");
    }

    @Test
    void followsWhatHappensFromNowOn() throws Exception {
        int port = serve(EventFilter.ALL, NEVER);
        happened(5);
        try (RawSse client = RawSse.connect(port, "/")) {
            assertThat(client.head()).contains("content-type: text/event-stream", "cache-control: no-store");
            assertThat(note(client, EventTypes.STREAM_OPENED))
                    .isEqualTo(new JsonObject().put("oldest", 1).put("next", 6));
            happen(1);
            expect(client, 6, 6);
            happen(300);
            expect(client, 7, 306);
        }
        await().atMost(BOUND).until(() -> hub.clients() == 0);
    }

    @Test
    void resumesAfterLastEventIdAndNotAfterSince() throws Exception {
        int port = serve(EventFilter.ALL, NEVER);
        happened(300);
        try (RawSse client = RawSse.connect(port, "/?since=2", "Last-Event-ID: 7")) {
            note(client, EventTypes.STREAM_OPENED);
            expect(client, 8, 300);
            happen(1);
            expect(client, 301, 301);
        }
    }

    @Test
    void losesAndDoublesNothingForAClientThatIsCutAgainAndAgainWhileEventsHappen() throws Exception {
        int port = serve(EventFilter.ALL, NEVER);
        happened(1);
        long last = 0;
        for (int round = 1; round <= 10; round++) {
            try (RawSse client = RawSse.connect(port, "/", "Last-Event-ID: " + last)) {
                note(client, EventTypes.STREAM_OPENED);
                happen(100);
                // Some of what was sent is lost with the connection, and unknown to the client.
                expect(client, last + 1, last + 50);
                last += 50;
            }
        }
        try (RawSse client = RawSse.connect(port, "/?since=" + last)) {
            note(client, EventTypes.STREAM_OPENED);
            expect(client, last + 1, 1_001);
        }
    }

    @ParameterizedTest
    @CsvSource({"99, 11, 99, beyond the newest event", "3, 4, 6, older than the journal keeps"})
    void declaresAGapWhereLastEventIdIsNotInTheJournal(long last, long from, long to, String reason) throws Exception {
        happen(EventTypes.GROUP_CREATED, Instant.now().minus(Duration.ofDays(2)), 6);
        happen(4);
        // What is too old goes soon after a start.
        hub.close();
        journal.close();
        opens();
        await().atMost(BOUND).until(() -> journal.bounds().equals(new Journal.Bounds(7, 11)));
        int port = serve(EventFilter.ALL, NEVER);
        try (RawSse client = RawSse.connect(port, "/", "Last-Event-ID: " + last)) {
            note(client, EventTypes.STREAM_OPENED);
            assertThat(note(client, EventTypes.STREAM_GAP))
                    .isEqualTo(new JsonObject().put("from", from).put("to", to).put("reason", reason));
            if (last < 10) {
                expect(client, to + 1, 10);
            }
            happen(1);
            expect(client, 11, 11);
        }
    }

    @Test
    void sendsOnlyWhatTheFilterWantsWithItsOwnNumbers() throws Exception {
        int port = serve(new EventFilter(Glob.ofName("policy.*"), null), NEVER);
        happened(3);
        try (RawSse client = RawSse.connect(port, "/?since=0")) {
            note(client, EventTypes.STREAM_OPENED);
            happen(EventTypes.POLICY_FIRED, Instant.now(), 1);
            happen(1);
            happen(EventTypes.POLICY_FIRED, Instant.now(), 1);
            expect(client, 4, 4);
            expect(client, 6, 6);
        }
    }

    @Test
    void saysThatItIsThereWhileNothingHappens() throws Exception {
        int port = serve(EventFilter.ALL, Duration.ofMillis(50));
        try (RawSse client = RawSse.connect(port, "/")) {
            note(client, EventTypes.STREAM_OPENED);
            for (int i = 0; i < 5; i++) {
                assertThat(client.block()).isEqualTo(": keep-alive\n");
            }
            happen(1);
            expect(client, 1, 1);
        }
    }

    @Test
    void sendsAClientThatTakesNothingAway() throws Exception {
        int port = serve(EventFilter.ALL, Duration.ofMillis(50));
        happened(BATCH * 5);
        try (RawSse deaf = RawSse.connect(port, "/?since=0")) {
            await().atMost(BOUND).until(() -> responses.getFirst().closed() && hub.clients() == 0);
            assertThatThrownBy(() -> expectAll(deaf)).isInstanceOf(IOException.class);
        }
    }

    private static void expectAll(RawSse client) throws IOException {
        while (true) {
            RawSse.Message unused = client.message();
        }
    }

    @Test
    void cutsASlowClientShortAndHarmsNoOther() throws Exception {
        int port = serve(EventFilter.ALL, NEVER);
        try (RawSse slow = RawSse.connect(port, "/")) {
            await().atMost(BOUND).until(() -> hub.clients() == 1);
            HttpServerResponse toSlow = responses.getFirst();
            try (RawSse quick = RawSse.connect(port, "/")) {
                note(quick, EventTypes.STREAM_OPENED);
                for (int batch = 0; batch < 10; batch++) {
                    happen(BATCH);
                    expect(quick, batch * (long) BATCH + 1, (batch + 1L) * BATCH);
                }
            }
            assertThat(hub.lagEvents())
                    .as("most was never written for it: it waits in the journal alone")
                    .isGreaterThan(5L * BATCH);
            // What was written for it, what the kernel has taken included: of 20 MB that happened.
            assertThat(toSlow.bytesWritten()).isLessThan(10L * BATCH * PADDING.length() / 2);
            assertThat(account(() -> event(slow), 10L * BATCH))
                    .startsWith(EventTypes.STREAM_OPENED)
                    .contains(EventTypes.STREAM_GAP);
            assertThat(hub.gaps()).isPositive();
        }
        await().atMost(BOUND).until(() -> hub.clients() == 0);
    }
}
