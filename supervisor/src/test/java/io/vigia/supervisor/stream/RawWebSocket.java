package io.vigia.supervisor.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that reads only when it is asked to, and never answers a ping. RFC 6455, section 5.2. */
public final class RawWebSocket implements AutoCloseable {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int SMALL = 4 * 1024;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;

    private RawWebSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    public static RawWebSocket connect(int port, String target) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(("GET " + target
                                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        RawWebSocket client = new RawWebSocket(socket);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new AssertionError("no WebSocket: " + head);
        }
        return client;
    }

    private record Frame(int opcode, Buffer payload) {}

    private Frame frame() throws IOException {
        int opcode = in.readUnsignedByte() & 0xf;
        int length = in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        return new Frame(opcode, Buffer.buffer(in.readNBytes(length)));
    }

    /** The next text frame; pings are passed over in silence. */
    public JsonObject event() throws IOException {
        Frame frame = frame();
        while (frame.opcode != TEXT) {
            if (frame.opcode == CLOSE) {
                throw new AssertionError("closed by the server");
            }
            frame = frame();
        }
        return new JsonObject(frame.payload);
    }

    /** Reads on until the server closes, and tells with which code. */
    public int closeCode() throws IOException {
        Frame frame = frame();
        while (frame.opcode != CLOSE) {
            frame = frame();
        }
        return frame.payload.getUnsignedShort(0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
