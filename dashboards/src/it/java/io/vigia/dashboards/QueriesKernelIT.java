package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vigia.dashboards.Dashboard.Query;
import io.vigia.dashboards.RuleFile.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No panel, variable, mark or rule is empty by a typo: each query is asked of a real Prometheus that has scraped a real vigia. */
class QueriesKernelIT {
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

    @TempDir
    static @Nullable Path folder;

    private static @Nullable Surroundings started;
    private Surroundings surroundings;

    @BeforeEach
    void start() throws Exception {
        if (started == null) {
            started = Surroundings.start(Objects.requireNonNull(folder));
        }
        surroundings = Objects.requireNonNull(started);
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    static Stream<Query> queries() {
        return Dashboard.all().stream().flatMap(dashboard -> dashboard.queries().stream());
    }

    static Stream<Query> variables() {
        return Dashboard.all().stream()
                .flatMap(dashboard -> dashboard.variables().stream()
                        .filter(variable -> variable.getString("type").equals("query"))
                        .map(variable -> new Query(
                                dashboard.file() + ", variable " + variable.getString("name"), definition(variable))));
    }

    static Stream<Rule> recordings() {
        return RuleFile.recordings();
    }

    static Stream<Rule> alerts() {
        return RuleFile.alerts();
    }

    /** Else the queries below would be asked of a node on which nothing happens. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "vigia_memory_events_total{event=\"oom_kill\",scope=\"local\"} > 0",
                "vigia_container_restarts_total > 0",
                "container_cpu_cfs_throttled_seconds_total > 0",
                "container_pressure_cpu_waiting_seconds_total{id!=\"/\"} > 0",
                "vigia_policy_decisions_total{policy=\"squeeze\",outcome=\"done\"} > 0",
                "vigia_events_total{type=\"policy.relieved\"} > 0",
                "vigia_leases > 0",
                "vigia_reaction_seconds_count > 0",
                "container_network_transmit_bytes_total > 0",
                "container_fs_writes_bytes_total{id!=\"/\"} > 0",
                "ALERTS{alertname=\"VigiaGroupOomKilled\",alertstate=\"firing\"}"
            })
    void isUnderLoad(String sign) {
        answersInTime(sign);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void hasDataForEveryPanelAndMark(Query query) {
        List<String> exprs = surroundings.vigia.groups().stream()
                .map(group -> filledIn(query.expr(), group))
                .distinct()
                .toList();
        answersInTime(exprs);
    }

    @ParameterizedTest
    @MethodSource("variables")
    void hasValuesForEveryVariable(Query variable) {
        Matcher matcher = LABEL_VALUES.matcher(filledIn(variable.expr(), ""));
        assertThat(matcher.matches()).isTrue();
        await(variable.where())
                .atMost(surroundings.patience())
                .until(() -> !surroundings
                        .prometheus
                        .labelValues(matcher.group(1), matcher.group(2))
                        .isEmpty());
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void recordsSomething(Rule rule) {
        answersInTime(rule.expr());
        answersInTime(rule.name());
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void hasSomethingToAlertOn(Rule alert) {
        answersInTime(Promql.withoutThreshold(alert.expr()));
    }

    @Test
    void evaluatesEveryRule() {
        answersInTime("instance:vigia_heap_used:ratio");
        assertThat(surroundings.prometheus.ruleErrors()).isEmpty();
    }

    /** As dashboards for Kubernetes ask: by namespace, pod and container, of containers with an image. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum by (namespace, pod, container)"
                    + " (irate(container_cpu_usage_seconds_total{job=\"cadvisor\",image!=\"\",namespace=\"shop\"}[5m]))",
                "sum by (container)"
                    + " (container_memory_working_set_bytes{job=\"cadvisor\",image!=\"\",container!=\"\",pod=\"front-7d9c\"})",
                "container_memory_rss{job=\"cadvisor\",image!=\"\",container=\"app\"}",
                "container_memory_cache{job=\"cadvisor\",image!=\"\",container=\"app\"}",
                "container_memory_swap{job=\"cadvisor\",image!=\"\",container=\"app\"}",
                "container_memory_usage_bytes{job=\"cadvisor\",container!=\"\"}",
                "sum by (container)"
                    + " (increase(container_cpu_cfs_throttled_periods_total{job=\"cadvisor\",container!=\"\"}[5m])) /"
                    + " sum by (container)"
                    + " (increase(container_cpu_cfs_periods_total{job=\"cadvisor\",container!=\"\"}[5m]))",
                "sum by (pod) (irate(container_network_receive_bytes_total{job=\"cadvisor\",namespace=\"shop\"}[5m]))",
                "sum by (pod) (irate(container_network_transmit_bytes_total{job=\"cadvisor\",namespace=\"shop\"}[5m]))",
                "sum by (pod)"
                        + " (irate(container_network_receive_packets_total{job=\"cadvisor\",namespace=\"shop\"}[5m]))",
                "sum by (pod)"
                        + " (irate(container_network_transmit_packets_total{job=\"cadvisor\",namespace=\"shop\"}[5m]))",
                "sum by (pod)"
                    + " (irate(container_network_receive_packets_dropped_total{job=\"cadvisor\",namespace=\"shop\"}[5m]))",
                "sum by (pod)"
                    + " (irate(container_network_transmit_packets_dropped_total{job=\"cadvisor\",namespace=\"shop\"}[5m]))",
                "sum by (pod)"
                    + " (rate(container_fs_reads_bytes_total{job=\"cadvisor\",container!=\"\",namespace=\"shop\"}[5m]))",
                "sum by (pod)"
                    + " (rate(container_fs_writes_bytes_total{job=\"cadvisor\",container!=\"\",namespace=\"shop\"}[5m]))",
                "time() - container_start_time_seconds{job=\"cadvisor\",container=\"app\"}",
                "container_spec_memory_limit_bytes{job=\"cadvisor\",container=\"app\"} > 0"
            })
    void answersDashboardsMadeForCadvisor(String expr) {
        answersInTime(expr);
    }

    private void answersInTime(String expr) {
        answersInTime(List.of(expr));
    }

    /** One of them is enough: they ask the same of different groups. */
    private void answersInTime(List<String> exprs) {
        List<String> lacking = new ArrayList<>();
        Promql.selectors(exprs.getFirst()).forEach(selector -> {
            String reason = surroundings.lacking(selector);
            if (reason != null) {
                lacking.add(reason);
            }
        });
        assumeTrue(lacking.isEmpty(), () -> String.join("; ", lacking));
        await(exprs.getFirst())
                .atMost(surroundings.patience())
                .pollInterval(Duration.ofMillis(500))
                .pollDelay(Duration.ZERO)
                .until(() -> exprs.stream().anyMatch(surroundings.prometheus::answers));
    }

    /** What Grafana does with its variables before it asks. */
    private static String filledIn(String expr, String group) {
        UnaryOperator<String> quoted = text -> text.replaceAll("[.+*?()|\\[\\]{}^$\\\\]", "\\\\$0");
        return expr.replace("$__rate_interval", "10s")
                .replace("$__range", "1m")
                .replace("${group:regex}", quoted.apply(group))
                .replace("$group", group)
                .replace("$job", "vigia")
                .replace("$instance", ".+")
                .replace("$namespace", "shop")
                .replace("$pod", ".*");
    }

    private static String definition(JsonObject variable) {
        return variable.getJsonObject("query").getString("query");
    }
}
