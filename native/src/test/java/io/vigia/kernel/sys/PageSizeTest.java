package io.vigia.kernel.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class PageSizeTest {
    @Test
    void isWhatTheAuxiliaryVectorSays() {
        assertThat(PageSize.ofAuxv(words(33, 7, 6, 65_536, 0, 0))).isEqualTo(65_536);
    }

    @Test
    void isTheUsualOneWhereNothingIsSaid() {
        assertThat(PageSize.ofAuxv(words(33, 7, 0, 0))).isEqualTo(4096);
        assertThat(PageSize.ofAuxv(words(33, 7, 6))).isEqualTo(4096);
        assertThat(PageSize.ofAuxv(new byte[0])).isEqualTo(4096);
    }

    @Test
    void isAPowerOfTwoHere() {
        assertThat(Long.bitCount(PageSize.BYTES)).isOne();
        assertThat(PageSize.BYTES).isGreaterThanOrEqualTo(4096);
    }

    private static byte[] words(long... words) {
        ByteBuffer all = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.nativeOrder());
        for (long word : words) {
            all.putLong(word);
        }
        return all.array();
    }
}
