package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigia.dashboards.Promql.Selector;
import org.junit.jupiter.api.Test;

class PromqlTest {
    @Test
    void findsWhatIsAskedFor() {
        assertThat(Promql.selectors(
                        "sum by (a, le) (rate(x_total{a=~\"b(c}\",d='e'}[5m])) / on (a) group_left (n) y > 0.5e3"))
                .containsExactly(
                        new Selector("x_total", "a=~\"b(c}\",d='e'", "rate", "5m"), new Selector("y", "", "", ""));
        assertThat(Promql.selectors("topk(10, z{i=~`${group:regex}/[^/]+`}) or time() - up offset 5m"))
                .containsExactly(
                        new Selector("z", "i=~`${group:regex}/[^/]+`", "topk", ""), new Selector("up", "", "", ""));
        assertThat(Promql.selectors("label_replace(increase(r[$__range]), \"id\", \"/$1\", \"group\", \"(.+)\")"))
                .containsExactly(new Selector("r", "", "increase", "$__range"));
    }

    @Test
    void takesThresholdsAway() {
        assertThat(Promql.withoutThreshold("increase(x{a!=\"b\"}[10m]) > 0")).isEqualTo("increase(x{a!=\"b\"}[10m])");
        assertThat(Promql.withoutThreshold("a / (b > 0) >= 0.9")).isEqualTo("a / (b > 0)");
        assertThat(Promql.withoutThreshold("a{b=\"1\"} > 0 or on (c) d[5m] >= 0.5 or e < 10"))
                .isEqualTo("a{b=\"1\"} or on (c) d[5m] or e");
        assertThat(Promql.withoutThreshold("absent(up{job=\"x\"})")).isEqualTo("up{job=\"x\"}");
        assertThatThrownBy(() -> Promql.withoutThreshold("(a > 1)")).hasMessageContaining("no threshold");
    }
}
