package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vigia.dashboards.Dashboard.Panel;
import io.vigia.dashboards.Promql.Selector;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each panel must have: among the rules, those that Grafana's dashboard linter calls {@code panel-*} and {@code target-*}. */
class PanelsTest {
    /** Of Grafana's list of units, those in use here. */
    private static final Set<String> UNITS =
            Set.of("none", "short", "percentunit", "bytes", "Bps", "pps", "cps", "reqps", "s");

    private static final Set<String> RATES = Set.of("rate", "increase");
    private static final Pattern COUNTER = Pattern.compile(".+_(total|bucket|sum|count)");

    static Stream<Panel> panels() {
        return Dashboard.allPanels();
    }

    @ParameterizedTest
    @MethodSource("panels")
    void saysWhatItShows(Panel panel) {
        assertThat(panel.title()).isNotBlank();
        assertThat(panel.json().getString("description"))
                .as("description")
                .isNotNull()
                .endsWith(".")
                .hasSizeGreaterThan(20);
        assertThat(panel.defaults().getString("unit")).as("unit").isIn(UNITS);
    }

    @ParameterizedTest
    @MethodSource("panels")
    void asksTheChosenDataSource(Panel panel) {
        assertThat(panel.json().getJsonObject("datasource").getString("uid")).isEqualTo("$datasource");
        assertThat(panel.targets()).isNotEmpty();
        assertThat(panel.targets().stream().map(target -> target.getString("refId")))
                .doesNotHaveDuplicates();
        for (JsonObject target : panel.targets()) {
            assertThat(target.getJsonObject("datasource").getString("uid")).isEqualTo("$datasource");
            assertThat(target.getString("legendFormat") + panel.type())
                    .as("a legend that people can read, or a table")
                    .doesNotContain("__auto")
                    .isNotEqualTo("timeseries");
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void asksOnlyForTheChosenJobsAndInstances(Panel panel) {
        for (Dashboard.Query query : panel.queries()) {
            List<Selector> selectors = Promql.selectors(query.expr());
            assertThat(selectors).as(query.expr()).isNotEmpty();
            for (Selector selector : selectors) {
                assertThat(selector.matchers())
                        .as(query.expr())
                        .contains("job=~\"$job\"")
                        .contains("instance=~\"$instance\"");
            }
        }
    }

    /** A table or a stat tells of the whole time shown, a line of the time between two points. */
    @ParameterizedTest
    @MethodSource("panels")
    void takesRatesOfCountersOverTheIntervalThatFits(Panel panel) {
        for (Dashboard.Query query : panel.queries()) {
            for (Selector selector : Promql.selectors(query.expr())) {
                boolean counter = COUNTER.matcher(selector.metric()).matches();
                assertThat(RATES.contains(selector.function()))
                        .as("%s is a counter, or is not: %s", selector.metric(), query.expr())
                        .isEqualTo(counter);
                boolean total =
                        selector.function().equals("increase") && !panel.type().equals("timeseries");
                assertThat(selector.window())
                        .as(query.expr())
                        .isEqualTo(!counter ? "" : total ? "$__range" : "$__rate_interval");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void keepsTheBucketsOfHistogramsTogether(Panel panel) {
        for (Dashboard.Query query : panel.queries()) {
            boolean buckets = Promql.selectors(query.expr()).stream()
                    .anyMatch(selector -> selector.metric().endsWith("_bucket"));
            assertThat(query.expr().matches(".*sum by \\([^)]*\\ble\\b[^)]*\\).*"))
                    .as(query.expr())
                    .isEqualTo(buckets);
            assertThat(query.expr().contains("histogram_quantile"))
                    .as(query.expr())
                    .isEqualTo(buckets && !panel.type().equals("heatmap"));
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void drawsLimitsAsDashedLinesBesideUse(Panel panel) {
        boolean hasLimit = panel.targets().stream()
                .anyMatch(target -> target.getString("legendFormat").endsWith("limit"));
        assertThat(hasLimit)
                .as("panels with a limit in their title have the line")
                .isEqualTo(panel.title().toLowerCase(Locale.ROOT).endsWith("and limit"));
        if (hasLimit) {
            JsonObject override = panel.json()
                    .getJsonObject("fieldConfig")
                    .getJsonArray("overrides")
                    .getJsonObject(0);
            assertThat(override.getJsonObject("matcher").getString("options")).isEqualTo("/limit$/");
            assertThat(override.encode()).contains("custom.lineStyle", "dash");
        }
        boolean promised = panel.json().getString("description").contains("dashed line");
        boolean drawn = panel.type().equals("timeseries")
                && panel.defaults()
                        .getJsonObject("custom")
                        .getJsonObject("thresholdsStyle")
                        .getString("mode")
                        .equals("dashed");
        assertThat(drawn || !promised)
                .as("the dashed line that the description tells of")
                .isTrue();
    }
}
