package io.vigia.supervisor.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that costs next to nothing: one GET on a new loopback connection. */
final class Http {
    private static final int MILLIS = 30_000;
    private static final String OK = "HTTP/1.1 200";

    private Http() {}

    /**
     * The whole answer, head included.
     *
     * @throws IOException when it is not 200, or nobody listens
     */
    static byte[] get(int port, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MILLIS);
            socket.setSoTimeout(MILLIS);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            if (answer.length < OK.length()
                    || !new String(answer, 0, OK.length(), StandardCharsets.US_ASCII).equals(OK)) {
                throw new IOException("GET " + path + ": not 200");
            }
            return answer;
        }
    }
}
