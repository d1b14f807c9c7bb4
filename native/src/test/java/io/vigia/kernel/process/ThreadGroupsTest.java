package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadGroupsTest {
    private static final int NOT_YET = -1;
    private final ThreadGroups groups = new ThreadGroups();

    @Test
    void aSingleThreadIsTheProcess() {
        assertThat(groups.threadEnded(5, 5, 256)).isEqualTo(256);
    }

    @Test
    void aProcessOutlivesItsFirstThread() {
        groups.threadStarted(5);
        assertThat(groups.threadEnded(5, 5, 0)).isEqualTo(NOT_YET);
        assertThat(groups.threadEnded(6, 5, 256)).isEqualTo(256);
        assertThat(groups.size()).isZero();
    }

    @Test
    void theFirstThreadsStatusHoldsWhenTheOthersJustEnd() {
        groups.threadStarted(5);
        assertThat(groups.threadEnded(5, 5, 512)).isEqualTo(NOT_YET);
        assertThat(groups.threadEnded(6, 5, 0)).isEqualTo(512);
    }

    @Test
    void aThreadThatEndsBeforeTheFirstSaysNothing() {
        groups.threadStarted(5);
        assertThat(groups.threadEnded(6, 5, 9)).isEqualTo(NOT_YET);
        assertThat(groups.threadEnded(5, 5, 0)).isZero();
    }

    @Test
    void anExecByAnotherThreadIsNotTheEnd() {
        groups.threadStarted(5);
        assertThat(groups.threadEnded(5, 5, 9)).isEqualTo(NOT_YET);
        groups.execed(5);
        assertThat(groups.threadEnded(5, 5, 256)).isEqualTo(256);
    }

    @Test
    void threadsKnownFromProcCount() {
        groups.known(5, 3);
        assertThat(groups.threadEnded(5, 5, 0)).isEqualTo(NOT_YET);
        assertThat(groups.threadEnded(6, 5, 0)).isEqualTo(NOT_YET);
        assertThat(groups.threadEnded(7, 5, 0)).isZero();
    }

    @Test
    void gapsAreCountedPerCpuAndOverTheWrap() {
        SequenceGaps gaps = new SequenceGaps();
        assertThat(gaps.missingBefore(0, 100)).isZero();
        assertThat(gaps.missingBefore(40, -2)).isZero();
        assertThat(gaps.missingBefore(0, 101)).isZero();
        assertThat(gaps.missingBefore(0, 105)).isEqualTo(3);
        assertThat(gaps.missingBefore(40, 1)).isEqualTo(2);
    }
}
