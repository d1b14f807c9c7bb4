package io.vigia.supervisor.api;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP by hand, so that tests can send what no client library would. */
final class Wire {
    private final SocketAddress server;

    private Wire(SocketAddress server) {
        this.server = server;
    }

    static Wire tcp(int port) {
        return new Wire(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static Wire unix(Path socket) {
        return new Wire(UnixDomainSocketAddress.of(socket));
    }

    SocketChannel connect() throws IOException {
        return SocketChannel.open(server);
    }

    /** @param headers whole lines; Host and Connection are added unless given */
    Reply send(String method, String target, String body, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        String given = "\r\n" + String.join("\r\n", headers).toLowerCase(Locale.ROOT);
        if (!given.contains("\r\nhost:")) {
            head.append("Host: localhost\r\n");
        }
        head.append("Connection: close\r\n");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 || !given.contains("content-length")) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return raw(head + "\r\n" + body);
    }

    Reply get(String target, String... headers) {
        return send("GET", target, "", headers);
    }

    Reply raw(String request) {
        try (SocketChannel channel = connect()) {
            ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
            try {
                while (out.hasRemaining()) {
                    channel.write(out);
                }
            } catch (IOException e) {
                // The server may answer and close before it has read everything: what it said is what counts.
                assert out.hasRemaining();
            }
            return Reply.parse(readAll(channel));
        } catch (IOException e) {
            throw new AssertionError("talking to " + server, e);
        }
    }

    /** Sends, and reads until {@code end} was seen; then it is the client that goes. */
    Reply until(String end, String request) throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            StringBuilder got = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (got.indexOf(end) < 0 && channel.read(buffer) >= 0) {
                got.append(StandardCharsets.UTF_8.decode(buffer.flip()));
                buffer.clear();
            }
            return Reply.parse(got.toString());
        }
    }

    private static String readAll(SocketChannel channel) {
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try {
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                in.write(buffer.array(), 0, buffer.limit());
                buffer.clear();
            }
        } catch (IOException e) {
            // Reset after the answer: keep the answer.
            return in.toString(StandardCharsets.UTF_8);
        }
        return in.toString(StandardCharsets.UTF_8);
    }

    /** @param headers by lower-case name */
    record Reply(int status, Map<String, String> headers, String body) {
        static Reply parse(String text) {
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new AssertionError("no HTTP answer, but '" + text + "'");
            }
            String[] lines = text.substring(0, end).split("\r\n", -1);
            Map<String, String> headers = new TreeMap<>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
            String body = text.substring(end + 4);
            boolean chunked = "chunked".equals(headers.get("transfer-encoding"));
            return new Reply(Integer.parseInt(lines[0].split(" ", -1)[1]), headers, chunked ? dechunk(body) : body);
        }

        private static String dechunk(String body) {
            StringBuilder out = new StringBuilder();
            int at = 0;
            while (true) {
                int line = body.indexOf("\r\n", at);
                int length = Integer.parseInt(body.substring(at, line), 16);
                if (length == 0) {
                    return out.toString();
                }
                // Right for ASCII alone, which is what the tests send.
                out.append(body, line + 2, line + 2 + length);
                at = line + 2 + length + 2;
            }
        }

        JsonObject json() {
            return new JsonObject(body);
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** The problem's type, after checking that it is a problem. */
        String problem() {
            if (!"application/problem+json".equals(header("content-type"))) {
                throw new AssertionError("no problem: " + this);
            }
            return json().getString("type").substring("https://vigia.io/problems/".length());
        }
    }
}
