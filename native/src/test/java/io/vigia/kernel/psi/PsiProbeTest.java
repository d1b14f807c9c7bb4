package io.vigia.kernel.psi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.PlayedSyscalls;
import io.vigia.kernel.sys.Syscalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PsiProbeTest {
    private final List<String> calls = new ArrayList<>();

    private Syscalls kernel(int writeErrno) {
        PlayedSyscalls played = new PlayedSyscalls(null);
        Syscalls syscalls = played.syscalls();
        played.answer("open", arguments -> Reading.known(new Fd(syscalls, 9, "/proc/pressure/cpu")));
        played.answer("write", arguments -> {
            calls.add(new String((byte[]) arguments[1], StandardCharsets.US_ASCII));
            if (writeErrno != 0) {
                throw KernelException.of("write", "/proc/pressure/cpu", writeErrno);
            }
            return arguments[2];
        });
        played.answer("close", arguments -> calls.add("close " + arguments[0]));
        return syscalls;
    }

    @Test
    void armsOneSecondWithAFinalNulAndLetsItGo() {
        assertThat(PsiProbe.rule(kernel(0))).isEqualTo(new PsiProbe.Answer.Yes(WindowRule.FREE));
        assertThat(calls).containsExactly("some 1000000 1000000\0", "close 9");
        assertThat(PsiProbe.probe(kernel(0))).isInstanceOf(Support.Available.class);
    }

    @Test
    void aRefusedSecondMeansMultiplesOfTwo() {
        assertThat(PsiProbe.rule(kernel(Errno.EINVAL))).isEqualTo(new PsiProbe.Answer.Yes(WindowRule.TWO_SECONDS));
        assertThat(calls).last().isEqualTo("close 9");
        assertThat(PsiProbe.probe(kernel(Errno.EINVAL))).isInstanceOfSatisfying(Support.Degraded.class, degraded -> {
            assertThat(degraded.lost()).contains("multiple of 2 s");
            assertThat(degraded.remedy()).contains("CAP_SYS_RESOURCE");
        });
    }

    @Test
    void accountingThatIsOffNamesTheBootParameter() {
        assertThat(PsiProbe.probe(kernel(Errno.EOPNOTSUPP)))
                .isInstanceOfSatisfying(
                        Support.Missing.class,
                        missing -> assertThat(missing.remedy()).contains("psi=1"));
    }

    @Test
    void aKernelWithoutPsiIsMissing() {
        Syscalls none = new PlayedSyscalls(null)
                .answer("open", arguments -> Reading.gone())
                .syscalls();
        assertThat(PsiProbe.probe(none))
                .isInstanceOfSatisfying(
                        Support.Missing.class,
                        missing -> assertThat(missing.remedy()).contains("CONFIG_PSI"));
    }
}
