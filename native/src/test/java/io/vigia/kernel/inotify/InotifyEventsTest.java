package io.vigia.kernel.inotify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class InotifyEventsTest {
    @Test
    void splitsPaddedUnnamedAndByteNames() {
        ByteBuffer data = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
        put(data, 1, 0x100, new byte[] {'a', 'b'}, 16);
        put(data, -1, 0x4000, new byte[0], 0);
        put(data, 7, 0x200, new byte[] {(byte) 0xff, ' '}, 16);
        List<String> seen = new ArrayList<>();
        new InotifyEvents((watch, mask, name) -> seen.add(watch + " " + Integer.toHexString(mask) + " "
                        + HexFormat.of().formatHex(name)))
                .parse(data.array(), data.position());
        assertThat(seen).containsExactly("1 100 6162", "-1 4000 ", "7 200 ff20");
    }

    private static void put(ByteBuffer data, int watch, int mask, byte[] name, int padded) {
        data.putInt(watch).putInt(mask).putInt(0).putInt(padded).put(name);
        data.position(data.position() + padded - name.length);
    }
}
