package io.vigia.supervisor.stream;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client of server-sent events that reads only when it is asked to. WHATWG HTML, section 9.2. */
public final class RawSse implements AutoCloseable {
    private static final int SMALL = 4 * 1024;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final StringBuilder text = new StringBuilder();
    private final List<String> head;

    private RawSse(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.head = List.of(upTo("\r\n\r\n").toLowerCase(Locale.ROOT).split("\r\n", -1));
    }

    /** @param headers whole lines */
    public static RawSse connect(int port, String target, String... headers) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
        RawSse client = new RawSse(socket);
        if (!client.head.getFirst().startsWith("http/1.1 200")) {
            throw new AssertionError("no stream: " + client.head);
        }
        return client;
    }

    /** The answer's head, a line each, in lower case. */
    public List<String> head() {
        return head;
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
        int length = Integer.parseInt(upTo("\r\n").strip(), 16);
        if (length == 0) {
            throw new EOFException("the server has ended the stream");
        }
        text.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
        String unused = upTo("\r\n");
    }

    private String upTo(String end) throws IOException {
        StringBuilder found = new StringBuilder();
        while (found.length() < end.length()
                || !found.substring(found.length() - end.length()).equals(end)) {
            found.append((char) in.readUnsignedByte());
        }
        return found.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
