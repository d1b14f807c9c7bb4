package io.vigia.supervisor.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of one answer (RFC 9112 section 6): an end that comes too early is an error, never a short body. */
final class HttpBody extends InputStream {
    private static final long CHUNKED = -2;
    private static final long UNTIL_CLOSE = -1;
    private static final int CRLF_BYTES = 2;

    private final InputStream in;
    private final boolean chunked;
    private long left;
    private boolean ended;
    private boolean firstChunk = true;

    private HttpBody(InputStream in, long length) {
        this.in = in;
        this.chunked = length == CHUNKED;
        this.left = chunked ? 0 : length;
        this.ended = length == 0;
    }

    static HttpBody ofLength(InputStream in, long bytes) {
        return new HttpBody(in, bytes);
    }

    static HttpBody chunked(InputStream in) {
        return new HttpBody(in, CHUNKED);
    }

    static HttpBody untilClose(InputStream in) {
        return new HttpBody(in, UNTIL_CLOSE);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (chunked && left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int wanted = left < 0 ? length : (int) Math.min(length, left);
        int got = in.read(into, offset, wanted);
        if (got < 0) {
            if (left > 0) {
                throw brokenOff();
            }
            ended = true;
            return -1;
        }
        if (left > 0) {
            left -= got;
            ended = left == 0 && !chunked;
        }
        return got;
    }

    /** Without the line end that belongs to a chunk: whoever took it for content would wait for what comes after it. */
    @Override
    public int available() throws IOException {
        if (ended) {
            return 0;
        }
        boolean betweenChunks = chunked && left == 0 && !firstChunk;
        return (int) Math.min(
                Math.max(0, in.available() - (betweenChunks ? CRLF_BYTES : 0)), left > 0 ? left : Integer.MAX_VALUE);
    }

    private void nextChunk() throws IOException {
        if (!firstChunk && !HttpLines.read(in).isEmpty()) {
            throw new IOException("the server's answer is not HTTP: a chunk is longer than announced");
        }
        firstChunk = false;
        String line = HttpLines.read(in);
        int extension = line.indexOf(';');
        String size = (extension < 0 ? line : line.substring(0, extension)).strip();
        try {
            left = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            throw new IOException("the server's answer is not HTTP: '" + size + "' is no chunk size", e);
        }
        if (left < 0) {
            throw new IOException("the server's answer is not HTTP: a negative chunk size");
        }
        if (left == 0) {
            String trailer = HttpLines.read(in);
            while (!trailer.isEmpty()) {
                trailer = HttpLines.read(in);
            }
            ended = true;
        }
    }

    private static EOFException brokenOff() {
        return HttpLines.brokenOff();
    }
}
