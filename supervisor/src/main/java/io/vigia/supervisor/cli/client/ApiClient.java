package io.vigia.supervisor.cli.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running vigia, one connection a request. Blocking; one thread at a time. Fails with {@link NoServerException},
 * {@link RefusedException} or, if the answer breaks off, {@link UncheckedIOException}.
 */
public final class ApiClient {
    private static final String JSON = "application/json";

    private final Endpoint endpoint;
    private final @Nullable String token;

    /** @param token bearer token for TCP, or {@code null} */
    public ApiClient(Endpoint endpoint, @Nullable String token) {
        this.endpoint = endpoint;
        this.token = token;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public JsonObject get(String path) {
        return object("GET", path, null, JSON);
    }

    /** @return the answer's object; empty where it had no body */
    public JsonObject post(String path, JsonObject body) {
        return object("POST", path, body.encode(), JSON);
    }

    public JsonObject put(String path, String manifest) {
        return object("PUT", path, manifest, JSON);
    }

    public JsonObject patch(String path, JsonObject body) {
        return object("PATCH", path, body.encode(), "application/merge-patch+json");
    }

    public JsonObject delete(String path) {
        return object("DELETE", path, null, JSON);
    }

    public JsonArray array(String path) {
        return new JsonArray(text("GET", path, null, JSON, JSON));
    }

    /** Each line of a text answer as it comes, until the server ends it or {@code each} has enough. */
    public void lines(String path, String accept, LineReader each) {
        try (HttpAnswer answer = request("GET", path, null, JSON, accept);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!each.line(line, reader.ready())) {
                    return;
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The answer's bytes as they come, until the server ends it or {@code each} has enough. */
    public void bytes(String path, String accept, ByteReader each) {
        try (HttpAnswer answer = request("GET", path, null, JSON, accept)) {
            InputStream body = answer.body();
            byte[] piece = new byte[16 * 1024];
            for (int got = body.read(piece); got >= 0 && each.bytes(piece, got); got = body.read(piece)) {}
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Told each line. */
    @FunctionalInterface
    public interface LineReader {
        /** @param more whether the next is there already
         * @return whether to go on */
        boolean line(String line, boolean more);
    }

    /** Told each piece. */
    @FunctionalInterface
    public interface ByteReader {
        /** @return whether to go on */
        boolean bytes(byte[] piece, int length);
    }

    private JsonObject object(String method, String path, @Nullable String body, String type) {
        String text = text(method, path, body, type, JSON);
        try {
            return text.isBlank() ? new JsonObject() : new JsonObject(text);
        } catch (DecodeException e) {
            throw new UncheckedIOException(new IOException("the answer of " + endpoint + " is no JSON object", e));
        }
    }

    private String text(String method, String path, @Nullable String body, String type, String accept) {
        try (HttpAnswer answer = request(method, path, body, type, accept)) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @SuppressWarnings("MustBeClosedChecker")
    private HttpAnswer request(String method, String path, @Nullable String body, String type, String accept)
            throws IOException {
        SocketChannel channel = endpoint.connect();
        try {
            byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder(256)
                    .append(method + " " + path + " HTTP/1.1\r\nHost: " + endpoint.host())
                    .append("\r\nConnection: close\r\nUser-Agent: vigia\r\nAccept: " + accept)
                    .append(accept.equals(JSON) ? ", application/problem+json" : ", application/problem+json;q=0.5");
            if (token != null) {
                head.append("\r\nAuthorization: Bearer ").append(token);
            }
            if (body != null) {
                head.append("\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes.length);
            } else if (!method.equals("GET")) {
                head.append("\r\nContent-Length: 0");
            }
            HttpAnswer answer = exchange(channel, head.append("\r\n\r\n").toString(), bytes);
            if (answer.status() >= 300) {
                throw RefusedException.of(answer.status(), problem(answer));
            }
            return answer;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** A server may refuse and close before it has read all: what it says counts then, and not that something was left unsent. */
    @SuppressWarnings("MustBeClosedChecker")
    private static HttpAnswer exchange(SocketChannel channel, String head, byte[] body) throws IOException {
        IOException unsent = null;
        try {
            write(channel, head.getBytes(StandardCharsets.UTF_8));
            write(channel, body);
        } catch (IOException e) {
            unsent = e;
        }
        try {
            return HttpAnswer.read(channel);
        } catch (IOException e) {
            throw unsent == null ? e : unsent;
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    private static @Nullable JsonObject problem(HttpAnswer answer) throws IOException {
        String type = answer.headers().getOrDefault("content-type", "");
        if (!type.contains("json")) {
            return null;
        }
        try {
            return new JsonObject(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
        } catch (DecodeException e) {
            return null;
        }
    }

    private UncheckedIOException failed(IOException e) {
        return new UncheckedIOException(new IOException(endpoint + ": " + e.getMessage(), e));
    }
}
