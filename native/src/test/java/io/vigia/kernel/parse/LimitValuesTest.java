package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigia.kernel.model.LimitFile;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LimitValuesTest {
    @ParameterizedTest
    @CsvSource({
        "memory.max, 64Mi, 67108864",
        "memory.max, 1.5G, 1500000000",
        "memory.max, 1.5Gi, 1610612736",
        "memory.max, 64k, 64000",
        "memory.max, ' 8192 ', 8192",
        "memory.max, 0, 0",
        "memory.max, max, max",
        "memory.max, 9223372036854775807, 9223372036854775807",
        "cpu.max, 50%, 50000 100000",
        "cpu.max, 500m, 50000 100000",
        "cpu.max, 250%, 250000 100000",
        "cpu.max, 1.5%, 1500 100000",
        "cpu.max, 50% 20000, 10000 20000",
        "cpu.max, 50000 100000, 50000 100000",
        "cpu.max, 50000, 50000 100000",
        "cpu.max, max, max 100000",
        "cpu.max, max 50000, max 50000",
        "cpu.weight, 10000, 10000",
        "io.weight, default 200, 200",
        "memory.oom.group, true, 1",
        "pids.max, 4194304, 4194304",
        "cpuset.cpus, '3, 0-1,2', 0-3",
        "cpuset.cpus, '', ''",
        "io.max, 8:16 rbps=10Mi, 8:16 rbps=10485760 wbps=max riops=max wiops=max",
        "io.max, 8:16 rbps=max, max",
        "io.max, max, max"
    })
    void understands(String file, String text, String kernelText) {
        assertThat(LimitValues.parse(file(file), text).kernelText()).isEqualTo(kernelText);
    }

    @ParameterizedTest
    @CsvSource({
        "memory.max, 99999999999999999999, 2^63",
        "memory.max, 16Ei, 2^63",
        "memory.max, 1, page",
        "memory.max, -1, negative",
        "memory.max, 64MB, unit",
        "memory.max, 500m, unit",
        "memory.max, 50%, unit",
        "memory.max, 64 Mi x, unit",
        "memory.max, '', empty",
        "memory.max, 1e9, unit",
        "memory.max, 0x40, unit",
        "memory.max, MAX, number",
        "cpu.max, 50000 100000 7, more than",
        "cpu.max, 999, 1000 us",
        "cpu.max, 0.5%, 1000 us",
        "cpu.max, 50000 999, within",
        "cpu.max, 50000 1000001, within",
        "cpu.max, 2, 1000 us",
        "cpu.max, 99999999999999999999%, above",
        "cpu.max, 1.5, whole",
        "cpu.max, ' ', empty",
        "cpu.weight, 0, within",
        "cpu.weight, 10001, within",
        "cpu.weight, +5, whole",
        "cpu.idle, 2, neither",
        "pids.max, 4194305, within",
        "pids.max, 1.0, whole",
        "cpuset.cpus, 3-1, backwards",
        "cpuset.cpus, '0,,1', number or range",
        "cpuset.cpus, 99999, above",
        "io.max, sda rbps=1, MAJOR:MINOR",
        "io.max, 8:16, no rate",
        "io.max, 8:16 bps=1, unknown key",
        "io.max, 8:16 rbps=0, rate of 0",
        "io.max, 8:16 rbps=1;8:16 wbps=1, twice"
    })
    void refusesWithFileValueReasonAndExample(String file, String text, String reason) {
        assertThatThrownBy(() -> LimitValues.parse(file(file), text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining(reason)
                .hasMessageContaining("write for example");
    }

    @Test
    void numbersMustBeWhole() {
        assertThat(LimitValues.parse(LimitFile.PIDS_MAX, 5.0).kernelText()).isEqualTo("5");
        assertThat(LimitValues.parse(LimitFile.MEMORY_MAX, 4096L).kernelText()).isEqualTo("4096");
        assertThatThrownBy(() -> LimitValues.parse(LimitFile.PIDS_MAX, 5.5)).hasMessageContaining("whole");
        assertThatThrownBy(() -> LimitValues.parse(LimitFile.MEMORY_MAX, BigInteger.ONE.shiftLeft(64)))
                .hasMessageContaining("2^63");
        assertThatThrownBy(() -> LimitValues.parse(LimitFile.MEMORY_MAX, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LimitValues.parse(LimitFile.PIDS_MAX, 1e300))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(LimitFile.class)
    void theKernelsDefaultIsItsOwnText(LimitFile file) {
        assertThat(LimitValues.parse(file, file.kernelDefault().kernelText())).isEqualTo(file.kernelDefault());
        assertThat(LimitText.parse(file, kernelPrint(file))).isEqualTo(file.kernelDefault());
    }

    private static String kernelPrint(LimitFile file) {
        return switch (file) {
            case IO_MAX, CPUSET_CPUS, CPUSET_MEMS -> "\n";
            case IO_WEIGHT -> "default 100\n";
            default -> file.kernelDefault().kernelText() + "\n";
        };
    }

    private static LimitFile file(String name) {
        return LimitFile.ofFileName(name).orElseThrow();
    }
}
