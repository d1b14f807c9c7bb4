package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.parse.ProcConnectorMessage.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProcConnectorMessageTest {
    private final ProcConnectorMessage message = new ProcConnectorMessage();

    @Test
    void readsAFork() {
        assertThat(read(datagram(1, 9, 1, 10, 10, 20, 20))).isEqualTo(Kind.FORK);
        assertThat(message.cpu()).isEqualTo(1);
        assertThat(message.sequence()).isEqualTo(9);
        assertThat(message.pid()).isEqualTo(20);
        assertThat(message.tgid()).isEqualTo(20);
        assertThat(message.parentTgid()).isEqualTo(10);
    }

    @Test
    void readsAnExec() {
        assertThat(read(datagram(0, 9, 2, 21, 20))).isEqualTo(Kind.EXEC);
        assertThat(message.tgid()).isEqualTo(20);
    }

    @Test
    void readsAnExitWithAndWithoutItsParent() {
        assertThat(read(datagram(0, 9, 0x8000_0000, 20, 20, 7 << 8, 17, 10, 10)))
                .isEqualTo(Kind.EXIT);
        assertThat(message.status()).isEqualTo(7 << 8);
        assertThat(message.parentTgid()).isEqualTo(10);
        assertThat(read(datagram(0, 9, 0x8000_0000, 20, 20, 9, 17))).isEqualTo(Kind.EXIT);
        assertThat(message.parentTgid()).isZero();
    }

    @Test
    void readsAnAnswerAndOtherKinds() {
        assertThat(read(datagram(0, 0, 0, 1))).isEqualTo(Kind.ACK);
        assertThat(message.status()).isEqualTo(1);
        assertThat(read(datagram(3, 7, 0x200, 1, 1, 0, 0, 0, 0))).isEqualTo(Kind.OTHER);
        assertThat(message.cpu()).isEqualTo(3);
        assertThat(message.sequence()).isEqualTo(7);
    }

    @Test
    void survivesAnything() {
        Random random = new Random(1);
        byte[] junk = new byte[100];
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(junk);
            Kind unused = message.read(junk, random.nextInt(101));
        }
        byte[] good = datagram(0, 9, 1, 10, 10, 20, 20);
        for (int length = 0; length < good.length - 1; length++) {
            assertThat(message.read(good, length)).isIn(Kind.MALFORMED, Kind.OTHER);
        }
    }

    @Test
    void asksToListen() {
        ByteBuffer request =
                ByteBuffer.wrap(ProcConnectorMessage.request(1, 77)).order(ByteOrder.nativeOrder());
        assertThat(request.getInt(0)).isEqualTo(40);
        assertThat(request.getInt(12)).isEqualTo(77);
        assertThat(request.getInt(36)).isEqualTo(1);
    }

    private Kind read(byte[] datagram) {
        return message.read(datagram, datagram.length);
    }

    private static byte[] datagram(int cpu, int sequence, int what, int... data) {
        ByteBuffer out = ByteBuffer.allocate(52 + 4 * data.length).order(ByteOrder.nativeOrder());
        out.putInt(out.capacity())
                .putShort((short) 3)
                .putShort((short) 0)
                .putInt(0)
                .putInt(0);
        out.putInt(1).putInt(1).putInt(sequence).putInt(0).putShort((short) 0).putShort((short) 0);
        out.putInt(what).putInt(cpu).putLong(0);
        for (int value : data) {
            out.putInt(value);
        }
        return out.array();
    }
}
