package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import org.junit.jupiter.api.Test;

/** Lines as kernels 6.1 to 6.18 wrote them. */
class ForksRefusedLineTest {
    @Test
    void readsWhere() {
        assertThat(ForksRefusedLine.parse("6,1,2,-;cgroup: fork rejected by pids controller in /vigia/bomb\n"))
                .isEqualTo(new CgroupPath("/vigia/bomb"));
        assertThat(ForksRefusedLine.parse("6,1,2,-;cgroup: fork rejected by pids controller in /\\xff\\x5c"))
                .isEqualTo(new CgroupPath("/\\xff\\\\"));
    }

    @Test
    void isNullForAnythingElse() {
        assertThat(ForksRefusedLine.parse("6,1,2,-;cgroup: fork rejected by pids controller in "))
                .isNull();
        assertThat(ForksRefusedLine.parse("6,1,2,-;a cgroup: fork rejected by pids controller in /a"))
                .isNull();
        assertThat(ForksRefusedLine.parse("6,1,2,-;cgroup: fork rejected by pids controller in /\\xzz"))
                .isNull();
        assertThat(ForksRefusedLine.parse("")).isNull();
    }
}
