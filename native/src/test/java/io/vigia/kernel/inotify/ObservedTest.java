package io.vigia.kernel.inotify;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedTest {
    private static CgroupPath path(String text) {
        return new CgroupPath(text);
    }

    @Test
    void everythingContainsEverything() {
        Observed all = new Observed(List.of("/**"));
        assertThat(all.matches(path("/a/b"))).isTrue();
        assertThat(all.mayContain(CgroupPath.ROOT)).isTrue();
        assertThat(all.mayContain(path("/a/b"))).isTrue();
    }

    @Test
    void onlyTheWayToAMatchIsWatched() {
        Observed observed = new Observed(List.of("/web.slice/*/main", "/batch/**,/solo"));
        assertThat(observed.mayContain(CgroupPath.ROOT)).isTrue();
        assertThat(observed.mayContain(path("/web.slice"))).isTrue();
        assertThat(observed.mayContain(path("/web.slice/x"))).isTrue();
        assertThat(observed.mayContain(path("/web.slice/x/main"))).isFalse();
        assertThat(observed.mayContain(path("/web.slice/x/other"))).isFalse();
        assertThat(observed.mayContain(path("/batch/deep/er"))).isTrue();
        assertThat(observed.mayContain(path("/solo"))).isFalse();
        assertThat(observed.mayContain(path("/elsewhere"))).isFalse();
        assertThat(observed.matches(path("/solo"))).isTrue();
        assertThat(observed.matches(path("/web.slice"))).isFalse();
    }
}
