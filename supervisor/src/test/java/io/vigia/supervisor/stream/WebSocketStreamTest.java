package io.vigia.supervisor.stream;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
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

/** Clients that read slowly, or not at all, on real sockets over a real journal. */
class WebSocketStreamTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final int BATCH = 2_000;
    private static final String PADDING = "x".repeat(1_000);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
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

    private int serve(Duration pingEvery) throws Exception {
        HttpServer server = get(vertx.createHttpServer()
                .webSocketHandler(socket -> {
                    channels.add(
                            ((WebSocketInternal) socket).channelHandlerContext().channel());
                    WebSocketStream.open(vertx, hub, socket, since(socket.query()), EventFilter.ALL, pingEvery);
                })
                .listen(0, "127.0.0.1"));
        return server.actualPort();
    }

    private static @Nullable Long since(@Nullable String query) {
        return query == null ? null : Long.valueOf(query.substring("since=".length()));
    }

    private void happen(int count) {
        for (int i = 0; i < count; i++) {
            journal.append(new EventDraft(
                    EventTypes.GROUP_CREATED, "vigia/a", Instant.now(), new JsonObject().put("padding", PADDING)));
        }
    }

    /** What is in this process and not in the kernel yet; a channel that writes nothing tells it to any thread. */
    private static long waiting(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Everything up to {@code through} arrives or is declared missing, in order. */
    private static List<String> account(RawWebSocket client, long through) throws Exception {
        List<String> notes = new ArrayList<>();
        long settled = 0;
        while (settled < through) {
            JsonObject frame = client.event();
            String type = frame.getString("type").substring("io.vigia.".length());
            if (frame.containsKey("sequence")) {
                long sequence = Long.parseLong(frame.getString("sequence"));
                assertThat(sequence).isEqualTo(settled + 1);
                settled = sequence;
                continue;
            }
            notes.add(type);
            if (type.equals("stream.gap")) {
                assertThat(frame.getJsonObject("data").getLong("from")).isEqualTo(settled + 1);
                settled = frame.getJsonObject("data").getLong("to");
            }
        }
        return notes;
    }

    @Test
    void cutsASlowClientShortAndHarmsNoOther() throws Exception {
        int port = serve(NEVER);
        try (RawWebSocket slow = RawWebSocket.connect(port, "/");
                RawWebSocket quick = RawWebSocket.connect(port, "/")) {
            await().atMost(BOUND).until(() -> hub.clients() == 2);
            assertThat(channels).hasSize(2);
            assertThat(quick.event().getString("type")).isEqualTo("io.vigia.stream.opened");
            for (int batch = 1; batch <= 10; batch++) {
                happen(BATCH);
                for (int i = 1; i <= BATCH; i++) {
                    assertThat(quick.event().getString("sequence")).isEqualTo(String.valueOf((batch - 1L) * BATCH + i));
                }
            }
            assertThat(hub.lagEvents())
                    .as("most was never written for it: it waits in the journal alone")
                    .isGreaterThan(5L * BATCH);
            assertThat(channels)
                    .as("bytes that wait for a client: the bound of its queue, and the event that went past it")
                    .allSatisfy(channel -> assertThat(waiting(channel))
                            .isLessThan(WebSocketStream.QUEUE_BYTES + 2L * PADDING.length()));
            List<String> notes = account(slow, 10L * BATCH);
            assertThat(notes).startsWith("stream.opened").contains("stream.gap");
            assertThat(hub.gaps()).isPositive();
        }
        await().atMost(BOUND).until(() -> hub.clients() == 0);
    }

    @Test
    void sendsAPeerThatDoesNotAnswerPingsAway() throws Exception {
        int port = serve(Duration.ofMillis(50));
        try (RawWebSocket silent = RawWebSocket.connect(port, "/")) {
            assertThat(silent.closeCode()).isEqualTo(1013);
        }
        await().atMost(BOUND).until(() -> hub.clients() == 0);
    }

    @Test
    void cutsTheConnectionOfAPeerThatTakesNothing() throws Exception {
        int port = serve(Duration.ofMillis(50));
        happen(5 * BATCH);
        await().atMost(BOUND).until(() -> journal.bounds().next() > 5 * BATCH);
        try (RawWebSocket deaf = RawWebSocket.connect(port, "/?since=0")) {
            assertThat(deaf.event().getString("type")).isEqualTo("io.vigia.stream.opened");
            await().atMost(BOUND)
                    .until(() -> hub.clients() == 0 && !channels.getFirst().isOpen());
        }
    }

    @Test
    void resumesAfterSince() throws Exception {
        int port = serve(NEVER);
        happen(10);
        await().atMost(BOUND).until(() -> journal.bounds().next() == 11);
        try (RawWebSocket client = RawWebSocket.connect(port, "/?since=7")) {
            assertThat(client.event().getJsonObject("data"))
                    .isEqualTo(new JsonObject().put("oldest", 1).put("next", 11));
            for (String expected : List.of("8", "9", "10")) {
                assertThat(client.event().getString("sequence")).isEqualTo(expected);
            }
        }
    }
}
