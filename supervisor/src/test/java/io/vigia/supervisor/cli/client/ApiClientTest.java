package io.vigia.supervisor.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiClientTest {
    @TempDir
    Path directory;

    @Test
    void readsAnAnswerOfKnownLength() throws Exception {
        assertThat(getAgainst("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}rest"))
                .isEqualTo(new JsonObject().put("a", 1));
    }

    @Test
    void joinsChunksAndIgnoresTheirExtensions() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";
        assertThat(getAgainst(answer)).isEqualTo(new JsonObject().put("a", 1));
    }

    @Test
    void refusesAnAnswerThatBreaksOff() {
        assertThatThrownBy(() -> getAgainst("HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n{\"a\":1}"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("broke off");
        assertThatThrownBy(() -> getAgainst("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("broke off");
    }

    @Test
    void tellsWhyTheServerRefuses() {
        String problem =
                "{\"type\":\"https://vigia.io/problems/would-kill\",\"detail\":\"would kill\",\"file\":\"memory.max\"}";
        assertThatThrownBy(() -> getAgainst("HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\n"
                        + "Content-Length: " + problem.length() + "\r\n\r\n" + problem))
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e).hasMessage("memory.max: would kill");
                    assertThat(e.exitCode()).isEqualTo(5);
                });
    }

    @Test
    void saysThatNobodyListens() {
        ApiClient client = new ApiClient(new Endpoint.Unix(directory.resolve("none.sock")), null);
        assertThatThrownBy(() -> client.get("/")).isInstanceOf(NoServerException.class);
    }

    @Test
    void handsOverLinesAsTheyCome() throws Exception {
        List<String> lines = new ArrayList<>();
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        String answer = head + String.join("\r\n", "4", "one\n", "6", "two\nth", "3", "ree", "0", "", "");
        against(answer, client -> {
            client.lines("/", "application/x-ndjson", (line, more) -> lines.add(line));
            return true;
        });
        assertThat(lines).containsExactly("one", "two", "three");
    }

    /** Whoever writes them on does so when no more has come: the next chunk may take its time. */
    @Test
    void saysWhetherTheNextLineHasCome() throws Exception {
        List<String> lines = new ArrayList<>();
        CountDownLatch read = new CountDownLatch(2);
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        against(List.of(head + "8\r\none\ntwo\n\r\n", "0\r\n\r\n"), read, client -> {
            client.lines("/", "application/x-ndjson", (line, more) -> {
                lines.add(line + (more ? ", and more" : ""));
                read.countDown();
                return true;
            });
            return true;
        });
        assertThat(lines).containsExactly("one, and more", "two");
    }

    private JsonObject getAgainst(String answer) throws Exception {
        return against(answer, client -> client.get("/version"));
    }

    private interface Asking<T> {
        T ask(ApiClient client);
    }

    /** A server for one request, which says {@code answer} whatever it is asked. */
    private <T> T against(String answer, Asking<T> asking) throws Exception {
        return against(List.of(answer), new CountDownLatch(0), asking);
    }

    /** The same in pieces, all but the first of which come after {@code between}. */
    private <T> T against(List<String> answer, CountDownLatch between, Asking<T> asking) throws Exception {
        Path socket = directory.resolve("s" + System.nanoTime());
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(server, answer, between));
            T result = asking.ask(new ApiClient(new Endpoint.Unix(socket), null));
            served.get(10, TimeUnit.SECONDS);
            return result;
        }
    }

    private static void serve(ServerSocketChannel server, List<String> answer, CountDownLatch between) {
        try (SocketChannel channel = server.accept()) {
            InputStream in = Channels.newInputStream(channel);
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) in.read();
            }
            for (String piece : answer) {
                ByteBuffer left = ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8));
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                if (!between.await(10, TimeUnit.SECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
