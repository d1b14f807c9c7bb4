package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the monitors make of a target, beside what the rules ask for. */
class MonitorsTest {
    private static final Pattern JOB = Pattern.compile("job=~\\\\?\"(.*?)\\\\?\"");

    /** Of a pod of release {@code rel}: what the operator adds before a monitor's own relabelings, a ServiceMonitor's job among them. */
    private static final Map<String, String> TARGET = Map.of(
            "job", "rel-vigia",
            "instance", "10.0.0.1:9797",
            "namespace", Chart.NAMESPACE,
            "service", "rel-vigia",
            "pod", "rel-vigia-x7k2p",
            "container", "vigia",
            "endpoint", "vigia",
            "__meta_kubernetes_pod_node_name", "n1");

    static List<?> endpoints(Manifests manifests, String kind) {
        Object spec = manifests.custom(kind).getAdditionalProperties().get("spec");
        return list(spec, kind.equals("PodMonitor") ? "podMetricsEndpoints" : "endpoints");
    }

    private static List<?> list(@Nullable Object map, String key) {
        return (List<?>) Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(map, key)).get(key), key);
    }

    static Map<String, String> relabelled(Object endpoint, Map<String, String> target) {
        List<?> steps = list(endpoint, "relabelings");
        Map<String, String> labels = new TreeMap<>(Relabelling.apply(steps, target));
        labels.keySet().removeIf(name -> name.startsWith("__"));
        return labels;
    }

    @ParameterizedTest
    @ValueSource(strings = {"serviceMonitor", "podMonitor"})
    void namesTheJobThatEveryRuleAsksFor(String monitor) throws IOException {
        Manifests manifests = Chart.render(
                "metrics: {prometheusRule: {enabled: true}, dashboards: {enabled: true}, MONITOR: {enabled: true}}\n"
                        .replace("MONITOR", monitor));
        String kind = monitor.substring(0, 1).toUpperCase(Locale.ROOT) + monitor.substring(1);
        List<String> asked = new ArrayList<>();
        Matcher jobs = JOB.matcher(Manifests.text(manifests.custom("PrometheusRule")));
        while (jobs.find()) {
            asked.add(jobs.group(1));
        }
        assertThat(asked).hasSizeGreaterThan(20);
        String job = relabelled(endpoints(manifests, kind).getFirst(), TARGET).get("job");
        assertThat(asked).allSatisfy(one -> assertThat(job).matches(one));
        assertThat(asked).noneSatisfy(one -> assertThat(TARGET.get("job")).matches(one));
    }

    /** Or, by honorLabels, each group that belongs to no pod would belong to vigia's. */
    @Test
    void leavesNothingOfVigiasOwnPodOnTheTarget() throws IOException {
        Manifests manifests = Chart.render("metrics: {serviceMonitor: {enabled: true}}\n");
        assertThat(relabelled(endpoints(manifests, "ServiceMonitor").getFirst(), TARGET))
                .isEqualTo(Map.of("job", "vigia", "instance", "10.0.0.1:9797", "node", "n1"));
    }

    /** The selectors of kube-prometheus: {@code job="kubelet", metrics_path="/metrics/cadvisor", image!=""}. */
    @Test
    void standsInForCadvisorByASecondEndpoint() throws IOException {
        List<?> both = endpoints(
                Chart.render("metrics: {podMonitor: {enabled: true}, cadvisor: {enabled: true}}\n"), "PodMonitor");
        assertThat(both).hasSize(2);
        assertThat(relabelled(both.getFirst(), TARGET))
                .containsEntry("job", "vigia")
                .doesNotContainKey("metrics_path");
        assertThat(relabelled(both.getLast(), TARGET))
                .isEqualTo(Map.of(
                        "job", "kubelet",
                        "metrics_path", "/metrics/cadvisor",
                        "instance", "10.0.0.1:9797",
                        "node", "n1"));
        List<?> steps = list(both.getLast(), "metricRelabelings");
        Map<String, String> container =
                Map.of("__name__", "container_memory_rss", "namespace", "shop", "pod", "front", "container", "app");
        assertThat(Relabelling.apply(steps, container)).containsEntry("image", "unknown");
        assertThat(Relabelling.apply(
                        steps, Map.of("__name__", "container_memory_rss", "namespace", "shop", "pod", "front")))
                .isNotEmpty()
                .doesNotContainKey("image");
        assertThat(Relabelling.apply(steps, Map.of("__name__", "container_memory_rss", "id", "/")))
                .isEmpty();
        assertThat(Relabelling.apply(steps, Map.of("__name__", "vigia_leases", "namespace", "shop")))
                .isEmpty();
    }

    /** A real Prometheus is asked by those in the tests of the dashboards. */
    @Test
    void makesOfSamplesWhatTheScrapeJobsMake() throws IOException {
        String jobs = Files.readString(SourceTree.existing("dashboards/scrape.yaml"))
                .replace("source_labels", "sourceLabels")
                .replace("target_label", "targetLabel");
        Object parsed = new Load(LoadSettings.builder().build()).loadFromString(jobs);
        Object second = list(parsed, "scrape_configs").getLast();
        Object endpoint = endpoints(
                        Chart.render("metrics: {podMonitor: {enabled: true}, cadvisor: {enabled: true}}\n"),
                        "PodMonitor")
                .getLast();
        assertThat(((Map<?, ?>) endpoint).get("metricRelabelings"))
                .isEqualTo(((Map<?, ?>) second).get("metric_relabel_configs"));
    }

    @Test
    void hasOneEndpointWithoutBeingAsked() throws IOException {
        assertThat(endpoints(Chart.render("metrics: {podMonitor: {enabled: true}}\n"), "PodMonitor"))
                .hasSize(1);
    }

    @Test
    void isTheSameInTheExample() throws IOException {
        Manifests example = Manifests.parse(Files.readString(SourceTree.existing("k8s-examples/monitor.yaml")));
        Manifests chart = Chart.render("metrics: {podMonitor: {enabled: true}}\n");
        assertThat(Stream.of(example, chart)
                        .map(one -> ((Map<?, ?>) endpoints(one, "PodMonitor").getFirst()).get("relabelings"))
                        .distinct())
                .hasSize(1);
    }
}
