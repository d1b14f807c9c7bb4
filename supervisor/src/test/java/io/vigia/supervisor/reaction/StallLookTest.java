package io.vigia.supervisor.reaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StallLookTest {
    @ParameterizedTest
    @CsvSource({
        "300000, 3000000, true, exactly a tenth",
        "299999, 3000000, false, just below",
        "1800000, 3000000, true, far above",
        "0, 3000000, false, nothing",
        "-5, 3000000, false, a counter that went back",
        "100, 0, false, no time passed",
    })
    void comparesTheShareOfTheTimeThatPassed(long stalledUsec, long passedUsec, boolean stalls, String what) {
        StallLook before = new StallLook(1_000_000, 5_000_000_000L);
        StallLook now = new StallLook(1_000_000 + stalledUsec, 5_000_000_000L + passedUsec * 1000);
        assertThat(now.stallsSince(before, 200_000, 2_000_000)).as(what).isEqualTo(stalls);
    }
}
