package io.vigia.kernel.psi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapabilityTest {
    @Test
    void readsTheBitOfTheEffectiveSetOnly() {
        assertThat(Capability.hasSysResource("Name:\tx\nCapEff:\t000001ffffffffff\n"))
                .isTrue();
        assertThat(Capability.hasSysResource("CapPrm:\t000001ffffffffff\nCapEff:\t000001fffeffffff\n"))
                .isFalse();
        assertThat(Capability.hasSysResource("")).isFalse();
    }
}
