package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcStatTest {
    private static final String REST =
            " S 7 42 42 0 -1 4194304 91 0 0 0 0 0 0 0 20 0 3 0 586123 2617344 224 18446744073709551615 1 1\n";

    @Test
    void readsAPlainLine() {
        assertThat(parse("42 (sh)" + REST)).isEqualTo(new ProcStat(42, "sh", 'S', 7, 3, 586123));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a) S 1", "(", ")", "", "((sd-pam))", "x\ny", "99 (y) Z 1"})
    void takesAnyCommForWhatItIs(String comm) {
        assertThat(parse("42 (" + comm + ")" + REST).comm()).isEqualTo(comm);
        assertThat(parse("42 (" + comm + ")" + REST).parentPid()).isEqualTo(7);
    }

    @Test
    void escapesACommThatIsNotUtf8() {
        byte[] line = ("42 (a\u00ff)" + REST).getBytes(StandardCharsets.ISO_8859_1);
        assertThat(ProcStat.parse(line, line.length).comm()).isEqualTo("a\\xff");
    }

    @Test
    void refusesAnythingElse() {
        for (String line : List.of("", "42", "42 (sh", "42 (sh) S", "42 (sh) S 1 2 3", "x (sh)" + REST)) {
            assertThatThrownBy(() -> parse(line)).as(line).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static ProcStat parse(String line) {
        byte[] raw = line.getBytes(StandardCharsets.UTF_8);
        return ProcStat.parse(raw, raw.length);
    }
}
