package io.vigia.supervisor.api;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One connection that stays open: a test writes and reads on it what it likes, or nothing. */
final class OpenWire implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(60);

    private static final int SMALL = 4 * 1024;

    private final Socket socket = new Socket();
    private final StringBuilder got = new StringBuilder();

    /** With a small receive buffer, so that little fits between the two ends. */
    OpenWire(int port) throws IOException {
        socket.setReceiveBufferSize(SMALL);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A request that leaves the connection open. */
    void get(String target, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        write(head + "\r\n");
    }

    /** What came since the last call, up to {@code end} and with it. */
    String until(String end) throws IOException {
        socket.setSoTimeout((int) BOUND.toMillis());
        while (got.indexOf(end) < 0) {
            if (!read()) {
                throw new AssertionError("closed by the server before '" + end + "'; it said '" + got + "'");
            }
        }
        int through = got.indexOf(end) + end.length();
        String found = got.substring(0, through);
        got.delete(0, through);
        return found;
    }

    /** Waits until the server has closed it; {@code drip} is sent again and again meanwhile. */
    void awaitClosed(String drip) {
        await().atMost(BOUND).pollInterval(Duration.ofMillis(50)).until(() -> {
            try {
                write(drip);
                return isClosed();
            } catch (IOException e) {
                return true;
            }
        });
    }

    /** Whether the server has closed it; what came before that is passed over. */
    private boolean isClosed() throws IOException {
        socket.setSoTimeout(1);
        try {
            while (read()) {
                got.setLength(0);
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** @return whether there was something; the server has closed otherwise */
    private boolean read() throws IOException {
        byte[] piece = new byte[SMALL];
        int length = socket.getInputStream().read(piece);
        if (length > 0) {
            got.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
        }
        return length > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
