package io.vigia.supervisor.stream;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Glob;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.Journal;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Server-sent events on real sockets over a real journal, to clients that come back, read slowly, or not at all. */
class SseStreamTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final int BATCH = 2_000;
    private static final String PADDING = "x".repeat(1_000);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServerResponse> responses = new CopyOnWriteArrayList<>();
    private SqliteJournal journal;
    private EventHub hub;

    @BeforeEach
    void opens() {
        journal = SqliteJournal.open(JournalOptions.of(directory, "test", Duration.ofDays(1), 1L << 30));
        hub = new EventHub(vertx, journal, "test", InstantSource.system());
    }

    @AfterEach
    void closes() throws Exception {
        get(vertx.close());
        hub.close();
        journal.close();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(BOUND.toSeconds(), SECONDS);
    }

    private int serve(EventFilter filter, Duration commentEvery) throws Exception {
        HttpServer server = get(vertx.createHttpServer()
                .requestHandler(request -> {
                    responses.add(request.response());
                    SseStream.open(vertx, hub, request, since(request.query()), filter, commentEvery);
                })
                .listen(0, "127.0.0.1"));
        return server.actualPort();
    }

    private static @Nullable Long since(@Nullable String query) {
        return query == null ? null : Long.valueOf(query.substring("since=".length()));
    }

    private void happen(String type, int count) {
        happen(type, Instant.now(), count);
    }

    private void happen(String type, Instant when, int count) {
        for (int i = 0; i < count; i++) {
            journal.append(new EventDraft(type, "vigia/a", when, new JsonObject().put("padding", PADDING)));
        }
    }

    private void happened(int count) {
        happen(EventTypes.GROUP_CREATED, count);
        await().atMost(BOUND).until(() -> journal.bounds().next() == count + 1);
    }

    private static void expect(RawSse client, long from, long through) throws IOException {
        for (long sequence = from; sequence <= through; sequence++) {
            RawSse.Message message = client.message();
            assertThat(message.id()).isEqualTo(String.valueOf(sequence));
            assertThat(message.data().getString("sequence")).isEqualTo(message.id());
        }
    }

    private static JsonObject note(RawSse client, String type) throws IOException {
        RawSse.Message message = client.message();
        assertThat(message.id())
                .as("what has no number must not become a Last-Event-ID")
                .isNull();
        assertThat(message.data().getString("type")).isEqualTo(EventTypes.PREFIX + type);
        return message.data().getJsonObject("data");
    }

    @Test
    void followsWhatHappensFromNowOn() throws Exception {
        int port = serve(EventFilter.ALL, NEVER);
        happened(5);
        try (RawSse client = RawSse.connect(port, "/")) {
            assertThat(client.head()).contains("content-type: text/event-stream", "cache-control: no-store");
            assertThat(note(client, EventTypes.STREAM_OPENED))
                    .isEqualTo(new JsonObject().put("oldest", 1).put("next", 6));
            happen(EventTypes.GROUP_CREATED, 1);
            expect(client, 6, 6);
            happen(EventTypes.GROUP_CREATED, 300);
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
            happen(EventTypes.GROUP_CREATED, 1);
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
                happen(EventTypes.GROUP_CREATED, 100);
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
        happen(EventTypes.GROUP_CREATED, 4);
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
            happen(EventTypes.GROUP_CREATED, 1);
            expect(client, 11, 11);
        }
    }

    @Test
    void sendsOnlyWhatTheFilterWantsWithItsOwnNumbers() throws Exception {
        int port = serve(new EventFilter(Glob.ofName("policy.*"), null), NEVER);
        happened(3);
        try (RawSse client = RawSse.connect(port, "/?since=0")) {
            note(client, EventTypes.STREAM_OPENED);
            happen(EventTypes.POLICY_FIRED, 1);
            happen(EventTypes.GROUP_CREATED, 1);
            happen(EventTypes.POLICY_FIRED, 1);
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
            happen(EventTypes.GROUP_CREATED, 1);
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
                    happen(EventTypes.GROUP_CREATED, BATCH);
                    expect(quick, batch * (long) BATCH + 1, (batch + 1L) * BATCH);
                }
            }
            assertThat(hub.lagEvents())
                    .as("most was never written for it: it waits in the journal alone")
                    .isGreaterThan(5L * BATCH);
            // What was written for it, what the kernel has taken included: of 20 MB that happened.
            assertThat(toSlow.bytesWritten()).isLessThan(10L * BATCH * PADDING.length() / 2);
            assertThat(account(slow, 10L * BATCH))
                    .startsWith(EventTypes.STREAM_OPENED)
                    .contains(EventTypes.STREAM_GAP);
            assertThat(hub.gaps()).isPositive();
        }
        await().atMost(BOUND).until(() -> hub.clients() == 0);
    }

    /** Everything up to {@code through} arrives or is declared missing, in order. */
    private static List<String> account(RawSse client, long through) throws IOException {
        List<String> notes = new ArrayList<>();
        long settled = 0;
        while (settled < through) {
            RawSse.Message message = client.message();
            if (message.id() != null) {
                assertThat(Long.parseLong(message.id())).isEqualTo(settled + 1);
                settled++;
                continue;
            }
            JsonObject data = message.data().getJsonObject("data");
            String type = message.data().getString("type").substring(EventTypes.PREFIX.length());
            notes.add(type);
            if (type.equals(EventTypes.STREAM_GAP)) {
                assertThat(data.getLong("from")).isEqualTo(settled + 1);
                settled = data.getLong("to");
            }
        }
        return notes;
    }
}
