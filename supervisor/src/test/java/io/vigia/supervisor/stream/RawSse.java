package io.vigia.supervisor.stream;

import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client of server-sent events that reads only when it is asked to. WHATWG HTML, section 9.2. */
public final class RawSse implements AutoCloseable {
    private final RawGet answer;
    private final StringBuilder text = new StringBuilder();

    private RawSse(RawGet answer) {
        this.answer = answer;
    }

    /** @param headers whole lines */
    public static RawSse connect(int port, String target, String... headers) throws IOException {
        return new RawSse(RawGet.send(port, target, 200, headers));
    }

    /** The answer's head, a line each, in lower case. */
    public List<String> head() {
        return List.of(answer.head.toLowerCase(Locale.ROOT).split("\r\n", -1));
    }

    /**
     * A message with data.
     *
     * @param id what the client would send as Last-Event-ID, {@code null} when this one has none
     */
    public record Message(@Nullable String id, JsonObject data) {}

    /** The next message; comments are passed over. */
    public Message message() throws IOException {
        String block = block();
        while (block.startsWith(":")) {
            block = block();
        }
        String id = null;
        StringBuilder data = new StringBuilder();
        for (String line : block.split("\n", -1)) {
            if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            } else if (line.startsWith("data: ")) {
                data.append(line.substring("data: ".length()));
            } else if (!line.isEmpty()) {
                throw new AssertionError("no field of ours: " + line);
            }
        }
        return new Message(id, new JsonObject(data.toString()));
    }

    /** What comes up to the next empty line, without that. */
    public String block() throws IOException {
        int end = text.indexOf("\n\n");
        while (end < 0) {
            readChunk();
            end = text.indexOf("\n\n");
        }
        String block = text.substring(0, end + 1);
        text.delete(0, end + 2);
        return block;
    }

    private void readChunk() throws IOException {
        int length = Integer.parseInt(answer.upTo("\r\n").strip(), 16);
        if (length == 0) {
            throw new EOFException("the server has ended the stream");
        }
        text.append(new String(answer.in.readNBytes(length), StandardCharsets.UTF_8));
        String unused = answer.upTo("\r\n");
    }

    @Override
    public void close() throws IOException {
        answer.close();
    }
}
