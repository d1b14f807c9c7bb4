package io.vigia.kernel.parse;

import io.vigia.kernel.model.CgroupPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One message of rtnetlink(7) about a network interface. */
public sealed interface LinkMessage {
    /** {@code up}: administratively up and with a carrier (IFF_UP and IFF_LOWER_UP). */
    record Present(int index, String name, boolean up) implements LinkMessage {}

    /** Removed, or moved to another network namespace. */
    record Absent(int index, String name) implements LinkMessage {}

    /** The end of a dump; {@code interrupted} if links changed meanwhile, so that it is to be asked for again. */
    record DumpDone(boolean interrupted) implements LinkMessage {}

    /** An answer to the dump request; errno above 0. */
    record Failed(int errno) implements LinkMessage {}

    int HEADER_BYTES = 16;
    int IFINFOMSG_BYTES = 16;

    /** All messages of a datagram; other types, and those of bridge ports, are left out. */
    static List<LinkMessage> parse(byte[] datagram, int length) {
        ByteBuffer in = ByteBuffer.wrap(datagram, 0, length).order(ByteOrder.nativeOrder());
        List<LinkMessage> messages = new ArrayList<>(1);
        int at = 0;
        while (at + HEADER_BYTES <= length) {
            int size = in.getInt(at);
            if (size < HEADER_BYTES || size > length - at) {
                break;
            }
            one(in, at, size, messages);
            at += align(size);
        }
        return messages;
    }

    private static void one(ByteBuffer in, int at, int size, List<LinkMessage> messages) {
        final int error = 2;
        final int done = 3;
        final int newLink = 16;
        final int delLink = 17;
        final int dumpInterrupted = 0x10;
        int type = in.getShort(at + 4);
        switch (type) {
            case done -> messages.add(new DumpDone((in.getShort(at + 6) & dumpInterrupted) != 0));
            case error -> {
                if (size >= HEADER_BYTES + Integer.BYTES && in.getInt(at + HEADER_BYTES) != 0) {
                    messages.add(new Failed(-in.getInt(at + HEADER_BYTES)));
                }
            }
            // A bridge says AF_BRIDGE when a port joins or leaves it: that port still exists.
            case newLink, delLink -> {
                if (size >= HEADER_BYTES + IFINFOMSG_BYTES && in.get(at + HEADER_BYTES) == 0) {
                    messages.add(link(in, at, size, type == newLink));
                }
            }
            default -> {}
        }
    }

    private static LinkMessage link(ByteBuffer in, int at, int size, boolean present) {
        final int upAndCarrier = 0x1 | 0x10000;
        int index = in.getInt(at + HEADER_BYTES + 4);
        int flags = in.getInt(at + HEADER_BYTES + 8);
        String name = name(in, at + HEADER_BYTES + IFINFOMSG_BYTES, at + size);
        return present ? new Present(index, name, (flags & upAndCarrier) == upAndCarrier) : new Absent(index, name);
    }

    private static String name(ByteBuffer in, int from, int end) {
        final int ifname = 3;
        int at = from;
        while (at + 4 <= end) {
            int size = Short.toUnsignedInt(in.getShort(at));
            if (size < 4 || size > end - at) {
                break;
            }
            if (in.getShort(at + 2) == ifname) {
                byte[] raw = new byte[size - 4];
                in.get(at + 4, raw);
                int nul = 0;
                while (nul < raw.length && raw[nul] != 0) {
                    nul++;
                }
                return CgroupPath.escape(Arrays.copyOf(raw, nul));
            }
            at += align(size);
        }
        return "";
    }

    private static int align(int size) {
        return (size + 3) & ~3;
    }

    /** RTM_GETLINK for all of them. */
    static byte[] dumpRequest(int sequence) {
        final short getLink = 18;
        final short requestDump = 0x301;
        return ByteBuffer.allocate(HEADER_BYTES + IFINFOMSG_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(HEADER_BYTES + IFINFOMSG_BYTES)
                .putShort(getLink)
                .putShort(requestDump)
                .putInt(sequence)
                .array();
    }
}
