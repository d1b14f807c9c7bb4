package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.dashboards.Promql.Selector;
import io.vigia.dashboards.RuleFile.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each rule must have; that it fires when it should is in {@code src/test/promtool}. */
class RulesTest {
    private static final Path RUNBOOKS = Path.of("runbooks");
    private static final Path CASES = Path.of("src/test/promtool/alerts.yaml");
    private static final String JOB = "job=~\"(.+/)?vigia\"";

    static Stream<Rule> rules() {
        return RuleFile.all().stream();
    }

    static Stream<Rule> alerts() {
        return RuleFile.alerts();
    }

    @Test
    void namesEachRuleOnce() {
        assertThat(rules().map(Rule::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void readsVigiasOwnSeriesAlone(Rule rule) {
        Set<String> recorded = RuleFile.recordings().map(Rule::name).collect(Collectors.toSet());
        assertThat(Promql.selectors(rule.expr())).isNotEmpty().allSatisfy(selector -> {
            if (selector.metric().contains(":")) {
                assertThat(recorded).contains(selector.metric());
            } else {
                assertThat(selector.matchers()).contains(JOB);
            }
        });
    }

    /** LEVEL:METRIC:OPERATION, as Prometheus' documentation recommends. */
    @Test
    void namesRecordedSeriesByLevelMetricAndOperation() {
        assertThat(RuleFile.recordings().map(Rule::name))
                .isNotEmpty()
                .allMatch(name -> name.matches("(group|instance):[a-z_]+:(ratio|(p99_|ratio_)?rate[0-9]+m|ratio)"));
    }

    @Test
    void recordsNothingInVain() throws IOException {
        Set<String> used = new TreeSet<>();
        alerts().forEach(alert ->
                Promql.selectors(alert.expr()).stream().map(Selector::metric).forEach(used::add));
        String readme = Files.readString(Path.of("README.md"));
        assertThat(RuleFile.recordings().map(Rule::name))
                .as("used by an alert, or offered in the README")
                .allMatch(name -> used.contains(name) || readme.contains("`" + name + "`"));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void saysHowBadItIsAndWhatToDo(Rule alert) throws IOException {
        assertThat(alert.name()).matches("Vigia[A-Z][A-Za-z]+");
        assertThat(String.valueOf(alert.labels().get("severity"))).isIn("critical", "warning", "info");
        assertThat(alert.annotations().keySet().stream().map(String::valueOf))
                .containsExactlyInAnyOrder("summary", "description", "runbook_url");
        assertThat(String.valueOf(alert.annotations().get("summary"))).endsWith(".");
        assertThat(String.valueOf(alert.annotations().get("description"))).endsWith(".");
        assertThat(String.valueOf(alert.annotations().get("runbook_url")))
                .isEqualTo("https://vigia.io/runbooks/" + alert.name());
        String runbook = Files.readString(RUNBOOKS.resolve(alert.name() + ".md"));
        assertThat(runbook).startsWith("# " + alert.name() + "\n").contains("## Meaning", "## Look", "## Do");
        assertThat(runbook)
                .as("the severity")
                .contains(String.valueOf(alert.labels().get("severity")));
    }

    @Test
    void keepsNoRunbookWithoutAnAlert() throws IOException {
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            alerts().map(alert -> alert.name() + ".md").toList());
        }
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void isTestedToFireAndNotToFire(Rule alert) {
        int fires = 0;
        int stays = 0;
        for (Object group : RuleFile.list(RuleFile.yaml(CASES), "tests")) {
            if (!alert.name().equals(((Map<?, ?>) group).get("name"))) {
                continue;
            }
            for (Object test : RuleFile.list(group, "alert_rule_test")) {
                assertThat(((Map<?, ?>) test).get("alertname")).isEqualTo(alert.name());
                List<?> expected = RuleFile.list(test, "exp_alerts");
                fires += expected.isEmpty() ? 0 : 1;
                stays += expected.isEmpty() ? 1 : 0;
            }
        }
        assertThat(fires).as("evaluations that expect it").isPositive();
        assertThat(stays).as("evaluations that expect nothing").isPositive();
    }
}
