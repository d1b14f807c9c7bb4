package io.vigia.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text as bytes in one growing array, which is used again for the next scrape. One thread. */
public final class ByteText {
    /** Larger ones are let go after a scrape. */
    private static final int KEPT_BYTES = 4 << 20;

    private static final int FIRST_BYTES = 64 * 1024;
    /** Digits of the largest long, and a sign. */
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    ByteText add(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    ByteText add(String text) {
        return add(utf8(text));
    }

    ByteText add(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Not negative. */
    ByteText number(long value) {
        reserve(LONGEST_NUMBER);
        int digits = digits(value);
        write(value, length + digits, digits);
        length += digits;
        return this;
    }

    /** {@code value} divided by 10^{@code places}, exact and without zeros at the end. */
    ByteText decimal(long value, int places, long power) {
        number(value / power);
        long rest = value % power;
        if (rest != 0) {
            reserve(1 + places);
            bytes[length] = '.';
            write(rest, length + 1 + places, places);
            length += 1 + places;
            while (bytes[length - 1] == '0') {
                length--;
            }
        }
        return this;
    }

    private void write(long value, int end, int count) {
        long rest = value;
        for (int at = end - 1; at >= end - count; at--) {
            long tenth = rest / 10;
            bytes[at] = (byte) ('0' + (int) (rest - tenth * 10));
            rest = tenth;
        }
    }

    private static int digits(long value) {
        int digits = 1;
        long power = 10;
        while (digits < 19 && value >= power) {
            power *= 10;
            digits++;
        }
        return digits;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
