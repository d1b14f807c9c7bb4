package io.vigia.supervisor.cli.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One answer, its body still to be read. Closing it closes the connection, also under a reader on another thread.
 *
 * @param headers by lower-case name
 */
record HttpAnswer(int status, Map<String, String> headers, InputStream body, SocketChannel channel)
        implements AutoCloseable {

    /** Reads up to the body, passing over 1xx answers. */
    static HttpAnswer read(SocketChannel channel) throws IOException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
        while (true) {
            int status = status(HttpLines.read(in));
            Map<String, String> headers = headers(in);
            if (status >= 200) {
                return new HttpAnswer(status, Map.copyOf(headers), body(in, status, headers), channel);
            }
        }
    }

    private static int status(String line) throws IOException {
        String[] parts = line.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("what answers is not an HTTP server: it said '" + line + "'");
        }
        return Integer.parseInt(parts[1]);
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = HttpLines.read(in); !line.isEmpty(); line = HttpLines.read(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static InputStream body(InputStream in, int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return InputStream.nullInputStream();
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return HttpBody.chunked(in);
        }
        String length = headers.get("content-length");
        if (length == null) {
            return HttpBody.untilClose(in);
        }
        if (!length.matches("[0-9]{1,18}")) {
            throw new IOException("the server's answer is not HTTP: Content-Length '" + length + "'");
        }
        return HttpBody.ofLength(in, Long.parseLong(length));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to lose: the answer was read, or its reader was told.
        }
    }
}
