package io.vigia.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class YoungChildrenTest {
    private static final CgroupPath CGROUP = new CgroupPath("/vigia/web/main");

    private final YoungChildren young = new YoungChildren();
    private final List<String> told = new ArrayList<>();

    @Test
    void tellsInOrderWhatCameBeforeTheBirth() {
        young.forked(7);
        assertThat(young.tellsLater(7, cgroup -> told.add("exec in " + cgroup))).isTrue();
        assertThat(young.tellsLater(7, cgroup -> told.add("exit in " + cgroup))).isTrue();
        assertThat(told).isEmpty();
        young.born(7, CGROUP);
        assertThat(told).containsExactly("exec in /vigia/web/main", "exit in /vigia/web/main");
        assertThat(young.tellsLater(7, cgroup -> told.add("again"))).isFalse();
    }

    @Test
    void tellsWithItOfWhomItForked() {
        young.forked(7);
        young.forked(7, 8);
        young.forked(8, 9);
        assertThat(young.tellsLater(9, cgroup -> told.add("9 ended"))).isTrue();
        assertThat(young.tellsLater(7, cgroup -> told.add("7 ended"))).isTrue();
        assertThat(young.tellsLater(8, cgroup -> told.add("8 ended in " + cgroup)))
                .isTrue();
        young.born(7, CGROUP);
        assertThat(told).containsExactly("9 ended", "7 ended", "8 ended in /vigia/web/main");
        assertThat(young.tellsLater(9, cgroup -> told.add("again"))).isFalse();
    }

    @Test
    void keepsNothingOfTheNextOfAPidInAFamily() {
        young.forked(7);
        young.forked(7, 8);
        young.forked(20, 8);
        assertThat(young.tellsLater(8, cgroup -> told.add("of another"))).isFalse();
        young.forked(8);
        assertThat(young.tellsLater(8, cgroup -> told.add("of its own"))).isTrue();
        young.born(7, CGROUP);
        assertThat(told).isEmpty();
    }

    @Test
    void keepsNothingOfWhomItKnowsBeforeTheForkIsTold() {
        young.born(7, CGROUP);
        young.forked(7);
        assertThat(young.tellsLater(7, cgroup -> told.add("exit"))).isFalse();
    }

    @Test
    void keepsNothingOfOthers() {
        assertThat(young.tellsLater(8, cgroup -> told.add("exit"))).isFalse();
    }

    @Test
    void forgetsThePredecessorOfTheSamePid() {
        young.forked(7);
        assertThat(young.tellsLater(7, cgroup -> told.add("first"))).isTrue();
        young.forked(7);
        young.born(7, CGROUP);
        assertThat(told).isEmpty();
    }

    @Test
    void forgetsTheOldestOfThoseNobodySpeaksFor() {
        for (int pid = 1; pid <= YoungChildren.MOST + 1; pid++) {
            young.forked(pid);
        }
        assertThat(young.tellsLater(1, cgroup -> told.add("exit"))).isFalse();
        assertThat(young.tellsLater(2, cgroup -> told.add("exit"))).isTrue();
    }
}
