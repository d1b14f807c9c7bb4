package io.vigia.kernel.inotify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Splits what read(2) gave into {@code struct inotify_event}s (inotify(7)); names are bytes, padded with NULs. */
final class InotifyEvents {
    private static final int MASK_OFFSET = 4;
    private static final int LENGTH_OFFSET = 12;
    static final int HEADER_BYTES = 16;

    private final Visitor visitor;

    InotifyEvents(Visitor visitor) {
        this.visitor = visitor;
    }

    void parse(byte[] data, int length) {
        ByteBuffer events = ByteBuffer.wrap(data).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + HEADER_BYTES <= length) {
            int nameLength = events.getInt(at + LENGTH_OFFSET);
            int from = at + HEADER_BYTES;
            int to = from;
            while (to < from + nameLength && data[to] != 0) {
                to++;
            }
            visitor.event(events.getInt(at), events.getInt(at + MASK_OFFSET), Arrays.copyOfRange(data, from, to));
            at = from + nameLength;
        }
    }

    /** Told of each. */
    @FunctionalInterface
    interface Visitor {
        void event(int watch, int mask, byte[] name);
    }
}
