package io.vigia.kernel.psi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.PressureKind;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Resource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WindowRuleTest {
    private static PressureTrigger trigger(long stallUsec, long windowUsec) {
        return new PressureTrigger(Resource.MEMORY, PressureKind.FULL, stallUsec, windowUsec);
    }

    @Test
    void privilegedWindowsStayAsAsked() {
        assertThat(WindowRule.FREE.granted(trigger(50_000, 300_000))).isEqualTo(trigger(50_000, 300_000));
    }

    @Test
    void unprivilegedWindowsGrowToTheNextTwoSecondsAndKeepTheShare() {
        assertThat(WindowRule.TWO_SECONDS.granted(trigger(100_000, 1_000_000))).isEqualTo(trigger(200_000, 2_000_000));
        assertThat(WindowRule.TWO_SECONDS.granted(trigger(100_000, 2_000_000))).isEqualTo(trigger(100_000, 2_000_000));
        assertThat(WindowRule.TWO_SECONDS.granted(trigger(300_000, 3_000_000))).isEqualTo(trigger(400_000, 4_000_000));
        assertThat(WindowRule.TWO_SECONDS.granted(trigger(9_000_000, 9_000_000)))
                .isEqualTo(trigger(10_000_000, 10_000_000));
    }

    @Test
    void oldKernelsGetHalfASecond() {
        assertThat(WindowRule.HALF_SECOND.granted(trigger(10_000, 100_000))).isEqualTo(trigger(50_000, 500_000));
    }

    @Property
    void everyGrantIsAValidUnprivilegedWindow(
            @ForAll @LongRange(min = 1, max = PressureTrigger.WINDOW_MAX_USEC) long windowUsec,
            @ForAll @LongRange(min = 1, max = 1000) long permille) {
        PressureTrigger wanted = trigger(Math.max(1, windowUsec * permille / 1000), windowUsec);
        PressureTrigger granted = WindowRule.TWO_SECONDS.granted(wanted);
        assertThat(granted.windowUsec() % PressureTrigger.UNPRIVILEGED_WINDOW_STEP_USEC)
                .isZero();
        assertThat(granted.windowUsec()).isGreaterThanOrEqualTo(wanted.windowUsec());
    }
}
