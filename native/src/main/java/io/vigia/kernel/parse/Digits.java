package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupNumbers;
import java.nio.charset.StandardCharsets;

/** Decimal numbers in the bytes of kernel files. */
final class Digits {
    private static final byte[] MAX = ascii("max");

    private Digits() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The number that begins at {@code from}; unknown where none does, or beyond 2^63-1. */
    static long at(byte[] text, int from, int to) {
        long value = 0;
        int at = from;
        while (at < to) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return CgroupNumbers.UNKNOWN;
            }
            value = value * 10 + digit;
            at++;
        }
        return at == from ? CgroupNumbers.UNKNOWN : value;
    }

    /** The same, or {@code max}. */
    static long orMax(byte[] text, int from, int to) {
        return startsWith(text, from, to, MAX) ? CgroupNumbers.UNLIMITED : at(text, from, to);
    }

    static boolean startsWith(byte[] text, int from, int to, byte[] start) {
        if (to - from < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (text[from + i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where this byte is next, or {@code to}. */
    static int next(byte[] text, int from, int to, char what) {
        int at = from;
        while (at < to && text[at] != what) {
            at++;
        }
        return at;
    }
}
