package io.vigia.supervisor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1023, 1023 bytes",
        "1024, 1Ki",
        "1536, 1.5Ki",
        "67108864, 64Mi",
        "7654321, 7.3Mi",
        "1073741824, 1Gi",
        "9223372036854775807, 8.0Ei",
    })
    void writesThemAsManifestsDo(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }

    @Test
    void leavesWhatIsNoSizeToTheKernelsWords() {
        LimitValue amount = new LimitValue.Amount(2048);
        assertThat(Sizes.text(LimitFile.MEMORY_HIGH, amount)).isEqualTo("2Ki");
        assertThat(Sizes.text(LimitFile.MEMORY_HIGH, new LimitValue.Max())).isEqualTo("max");
        assertThat(Sizes.text(LimitFile.PIDS_MAX, amount)).isEqualTo("2048");
    }
}
