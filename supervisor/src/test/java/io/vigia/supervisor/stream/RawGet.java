package io.vigia.supervisor.stream;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A request by hand whose answer is read only as far as it is asked for; little of it fits between the two ends. */
final class RawGet implements AutoCloseable {
    private static final int SMALL = 4 * 1024;
    private static final int TIMEOUT_MILLIS = 60_000;

    /** What comes after the head. */
    final DataInputStream in;

    /** The answer's, up to the empty line. */
    final String head;

    private final Socket socket;

    private RawGet(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.head = upTo("\r\n\r\n");
    }

    /**
     * Sends it, and reads the answer's head.
     *
     * @param status the answer's, or it is an error
     * @param headers whole lines
     */
    static RawGet send(int port, String target, int status, String... headers) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
        RawGet answer = new RawGet(socket);
        if (!answer.head.startsWith("HTTP/1.1 " + status + " ")) {
            answer.close();
            throw new AssertionError("not " + status + ": " + answer.head);
        }
        return answer;
    }

    /** What comes next, up to {@code end} and with it, a character for each byte. */
    String upTo(String end) throws IOException {
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
