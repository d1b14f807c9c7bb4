package io.vigia.supervisor.api;

import io.vigia.supervisor.model.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-decoding (RFC 3986, 2.1), once and strictly: what is not UTF-8 or holds a NUL is refused, never replaced. */
final class Percent {
    private Percent() {}

    /** A segment of a path. */
    static String segment(String raw) {
        return decode(raw, false);
    }

    /** A name or value of a query, where a plus is a space. */
    static String query(String raw) {
        return decode(raw, true);
    }

    private static String decode(String raw, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.write(hexPair(raw, i));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.write(' ');
            } else if (c > ' ' && c < 0x7f) {
                bytes.write(c);
            } else {
                throw refused(raw, "holds a character that must be percent-encoded");
            }
        }
        return utf8(raw, bytes.toByteArray());
    }

    private static int hexPair(String raw, int percent) {
        if (percent + 3 > raw.length()
                || !HexFormat.isHexDigit(raw.charAt(percent + 1))
                || !HexFormat.isHexDigit(raw.charAt(percent + 2))) {
            throw refused(raw, "has a percent sign without two hexadecimal digits");
        }
        int value = HexFormat.fromHexDigits(raw, percent + 1, percent + 3);
        if (value == 0) {
            throw refused(raw, "holds a NUL");
        }
        return value;
    }

    private static String utf8(String raw, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused(raw, "is not UTF-8 (write other bytes of a name as \\xNN, that is %5CxNN)");
        }
    }

    private static Problem refused(String raw, String why) {
        String shown = raw.length() > 100 ? raw.substring(0, 100) + "…" : raw;
        return Problem.of(Problem.Kind.INVALID, "'" + shown + "' " + why);
    }
}
