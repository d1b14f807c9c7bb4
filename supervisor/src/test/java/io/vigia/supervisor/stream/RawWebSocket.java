package io.vigia.supervisor.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** A WebSocket client that reads only when it is asked to, and never answers a ping. RFC 6455, section 5.2. */
public final class RawWebSocket implements AutoCloseable {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;

    private final RawGet answer;

    private RawWebSocket(RawGet answer) {
        this.answer = answer;
    }

    public static RawWebSocket connect(int port, String target) throws IOException {
        return new RawWebSocket(RawGet.send(
                port,
                target,
                101,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    }

    private record Frame(int opcode, Buffer payload) {}

    private Frame frame() throws IOException {
        int opcode = answer.in.readUnsignedByte() & 0xf;
        int length = answer.in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            length = answer.in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(answer.in.readLong());
        }
        return new Frame(opcode, Buffer.buffer(answer.in.readNBytes(length)));
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
        answer.close();
    }
}
