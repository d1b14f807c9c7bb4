package io.vigia.supervisor.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EarlyLeaseTest {
    private static final LimitValue TEN = new LimitValue.Amount(10);
    private static final LimitValue TWENTY = new LimitValue.Amount(20);

    private static EarlyLease of(Map<LimitFile, LimitValue> expected) {
        return new EarlyLease(true, expected, expected.keySet(), Map.of());
    }

    @Test
    void standsWhileTheFileIsAsTheSurveySawIt() {
        EarlyLease lease = of(Map.of(LimitFile.PIDS_MAX, TEN));
        assertThat(lease.isOf(Map.of(LimitFile.PIDS_MAX, TEN))).isTrue();
        assertThat(lease.isOf(Map.of(LimitFile.PIDS_MAX, TWENTY))).isFalse();
        assertThat(lease.isOf(Map.of())).isFalse();
    }

    @Test
    void isNothingWhereTheSurveyCouldNotRead() {
        assertThat(EarlyLease.NONE.isOf(Map.of(LimitFile.PIDS_MAX, TEN))).isFalse();
    }
}
