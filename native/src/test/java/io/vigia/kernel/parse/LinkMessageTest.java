package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinkMessageTest {
    private static final int UP_WITH_CARRIER = 0x11043;

    @Test
    void readsSeveralOfADatagram() {
        ByteBuffer both = ByteBuffer.allocate(200);
        both.put(link(16, 0, 3, UP_WITH_CARRIER, "eth0"))
                .put(link(16, 0, 4, 0x1003, "veth12345"))
                .put(link(17, 0, 5, 0, "x"));
        assertThat(LinkMessage.parse(both.array(), both.position()))
                .containsExactly(
                        new LinkMessage.Present(3, "eth0", true),
                        new LinkMessage.Present(4, "veth12345", false),
                        new LinkMessage.Absent(5, "x"));
    }

    @Test
    void doesNotTakeALeftBridgeForARemovedLink() {
        byte[] port = link(17, 7, 3, 0, "eth0");
        assertThat(LinkMessage.parse(port, port.length)).isEmpty();
    }

    @Test
    void readsTheEndOfADumpAndItsFailure() {
        ByteBuffer done = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        done.putInt(20).putShort((short) 3).putShort((short) 0x12);
        assertThat(LinkMessage.parse(done.array(), 20)).containsExactly(new LinkMessage.DumpDone(true));
        done.putShort(4, (short) 2).putInt(16, -16);
        assertThat(LinkMessage.parse(done.array(), 20)).containsExactly(new LinkMessage.Failed(16));
    }

    @Test
    void survivesAnything() {
        Random random = new Random(1);
        byte[] good = link(16, 0, 3, UP_WITH_CARRIER, "eth0");
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            int count = LinkMessage.parse(bad, random.nextInt(bad.length + 1)).size();
            assertThat(count).isLessThan(3);
        }
    }

    private static byte[] link(int type, int family, int index, int flags, String name) {
        byte[] text = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        int size = 32 + 8 + 4 + text.length;
        ByteBuffer out = ByteBuffer.allocate((size + 3) & ~3).order(ByteOrder.nativeOrder());
        out.putInt(size).putShort((short) type).putShort((short) 0).putLong(0);
        out.put((byte) family)
                .put((byte) 0)
                .putShort((short) 1)
                .putInt(index)
                .putInt(flags)
                .putInt(0);
        out.putShort((short) 8).putShort((short) 13).putInt(1000);
        out.putShort((short) (4 + text.length)).putShort((short) 3).put(text);
        return out.array();
    }
}
