package io.vigia.supervisor.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventFilter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Clients that read slowly, or not at all, on real sockets over a real journal. */
class WebSocketStreamTest extends JournalledHub {
    private final List<Channel> channels = new CopyOnWriteArrayList<>();

    private int serve(Duration pingEvery) throws Exception {
        return listen(vertx.createHttpServer().webSocketHandler(socket -> {
            channels.add(((WebSocketInternal) socket).channelHandlerContext().channel());
            WebSocketStream.open(vertx, hub, socket, since(socket.query()), EventFilter.ALL, pingEvery);
        }));
    }

    /** What is in this process and not in the kernel yet; a channel that writes nothing tells it to any thread. */
    private static long waiting(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
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
            List<String> notes = account(slow::event, 10L * BATCH);
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
        happened(5 * BATCH);
        try (RawWebSocket deaf = RawWebSocket.connect(port, "/?since=0")) {
            assertThat(deaf.event().getString("type")).isEqualTo("io.vigia.stream.opened");
            await().atMost(BOUND)
                    .until(() -> hub.clients() == 0 && !channels.getFirst().isOpen());
        }
    }

    @Test
    void resumesAfterSince() throws Exception {
        int port = serve(NEVER);
        happened(10);
        try (RawWebSocket client = RawWebSocket.connect(port, "/?since=7")) {
            assertThat(client.event().getJsonObject("data"))
                    .isEqualTo(new JsonObject().put("oldest", 1).put("next", 11));
            for (String expected : List.of("8", "9", "10")) {
                assertThat(client.event().getString("sequence")).isEqualTo(expected);
            }
        }
    }
}
