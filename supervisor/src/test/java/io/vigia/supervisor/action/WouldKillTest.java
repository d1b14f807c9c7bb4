package io.vigia.supervisor.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.model.Problem;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not known is neither nothing nor everything. A group that uses 800 bytes, 600 of them anonymous, is to get 500. */
class WouldKillTest {
    private static final Map<LimitFile, LimitValue> TO_500 = Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(500));
    private static final int NO_SWAP = 0;
    private static final int UNKNOWN = -1;

    private final FakeCgroups cgroups = new FakeCgroups();
    private final FakeCgroups.FakeCgroup above = cgroups.add("/a");
    private final FakeCgroups.FakeCgroup group = cgroups.add("/a/b");
    private LimitValue present = new LimitValue.Max();
    private Reading<Long> hostFree = Reading.known(1_000L);

    @BeforeEach
    void needsSwap() {
        group.memory(using(600, NO_SWAP));
    }

    private static MemoryStat using(long anonBytes, long swapBytes) {
        return new MemoryStat(800, 800, swapBytes, anonBytes, 200, 50, 0, 0, 0);
    }

    @Test
    void passesWhereEnoughCanBeSwappedOut() {
        passes();
    }

    @Test
    void isInDoubtWhereTheUseIsNotKnown() {
        group.memory(Reading.unknown("memory.current: EIO"));
        isInDoubt("memory.current: EIO");
    }

    @Test
    void passesWhatIsRaisedWhateverTheUse() {
        group.memory(Reading.unknown("memory.current: EIO"));
        present = new LimitValue.Amount(400);
        passes();
        present = new LimitValue.Amount(500);
        passes();
        present = new LimitValue.Amount(501);
        isInDoubt("memory.current: EIO");
    }

    @Test
    void leavesToV1WhatItDoesNotKnow() {
        group.memory(Reading.unknown("memory.usage_in_bytes: EIO"));
        group.refusesWhatWouldKill();
        passes();
    }

    @Test
    void saysThatTheGroupEnded() {
        group.memory(Reading.gone());
        assertThatThrownBy(this::check)
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.kind()).isEqualTo(Problem.Kind.NOT_FOUND));
    }

    @Test
    void isInDoubtWhereAPartOfTheUseIsNotKnown() {
        group.memory(using(UNKNOWN, NO_SWAP));
        isInDoubt("memory.stat");
        group.memory(new MemoryStat(500, 800, NO_SWAP, UNKNOWN, 200, 50, 0, 0, 0));
        passes();
    }

    @Test
    void isInDoubtWhereTheSwapInUseIsNotKnownAndItWouldNeedSwap() {
        group.set(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(200));
        passes();
        group.memory(using(600, UNKNOWN));
        isInDoubt("how much swap /a/b uses");
        group.memory(using(500, UNKNOWN));
        passes();
    }

    @Test
    void isInDoubtWhereTheSwapInUseAboveIsNotKnown() {
        above.set(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(200));
        above.memory(using(600, UNKNOWN));
        isInDoubt("how much swap /a uses");
    }

    @Test
    void killsForSureWhereTheMostSwapThereMayBeIsTooLittle() {
        group.memory(using(600, UNKNOWN));
        group.set(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(99));
        isRefused("that cannot be reclaimed");
    }

    @Test
    void isInDoubtWhereALimitOfSwapIsNotKnown() {
        above.unsupported(LimitFile.MEMORY_SWAP_MAX);
        isInDoubt("not in this test's kernel");
        cgroups.supportsNo(LimitFile.MEMORY_SWAP_MAX);
        passes();
    }

    @Test
    void isInDoubtWhereTheHostsSwapIsNotKnown() {
        hostFree = Reading.unknown("/proc/meminfo has no SwapFree:");
        isInDoubt("SwapFree");
        group.memory(using(500, NO_SWAP));
        passes();
    }

    private void check() {
        WouldKill.check(group, present, TO_500, new SwapRoom(cgroups, () -> hostFree));
    }

    private void passes() {
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    private void isInDoubt(String why) {
        isRefused("cannot be told: ");
        isRefused(why);
    }

    private void isRefused(String why) {
        assertThatThrownBy(this::check)
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.kind()).isEqualTo(Problem.Kind.WOULD_KILL))
                .hasMessageContaining(why)
                .hasMessageContaining("force=true");
    }
}
