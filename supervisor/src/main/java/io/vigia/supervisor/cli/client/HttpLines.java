package io.vigia.supervisor.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Lines that end with CRLF, as HTTP has them outside of bodies. */
final class HttpLines {
    private static final int MOST_BYTES = 64 * 1024;

    private HttpLines() {}

    /** Without its end. */
    static String read(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw brokenOff();
            }
            if (line.size() == MOST_BYTES) {
                throw new IOException("the server's answer is not HTTP: a line has more than " + MOST_BYTES + " bytes");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    static EOFException brokenOff() {
        return new EOFException("the server's answer broke off before its end");
    }
}
