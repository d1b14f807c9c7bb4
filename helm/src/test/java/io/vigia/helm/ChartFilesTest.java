package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chart beside the rest of the repository. */
class ChartFilesTest {
    /** Of vigia.yaml, but set by the chart and not by values. */
    private static final Set<String> SET_BY_THE_CHART =
            Set.of("enforce", "listen", "socket", "stateDir", "parent", "tokens");

    private static final String REFRESH =
            "the chart holds copies, because Helm reads nothing outside of it; renew them with: rm -rf"
                    + " helm/vigia/files/{rules,dashboards}; mkdir -p helm/vigia/files/{rules,dashboards}; cp"
                    + " dashboards/rules/*.yaml helm/vigia/files/rules/; cp dashboards/*.json"
                    + " helm/vigia/files/dashboards/";

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.builder().build().readTree(Files.readString(file));
    }

    @Test
    void offersEveryKeyOfTheConfiguration() throws IOException {
        Path schemas = SourceTree.existing("supervisor/src/main/resources/schemas");
        Set<String> keys = new HashSet<>(
                json(schemas.resolve("config.json")).get("properties").propertyNames());
        keys.removeAll(SET_BY_THE_CHART);
        assertThat(json(SourceTree.CHART.resolve("values.schema.json"))
                        .at("/properties/config/properties")
                        .propertyNames())
                .containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void namesTheVersionThatIsBuilt() throws IOException {
        var version = Pattern.compile("<version>(.+?)(-SNAPSHOT)?</version>")
                .matcher(Files.readString(SourceTree.existing("pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(Files.readString(SourceTree.CHART.resolve("Chart.yaml")))
                .contains("appVersion: \"" + version.group(1) + "\"");
        for (Path example : ExamplesTest.examples()) {
            assertThat(Files.readAllLines(example))
                    .noneMatch(line -> line.contains("image: vigia:") && !line.contains("vigia:" + version.group(1)));
        }
    }

    @Test
    void holdsTheDashboardsAndRulesOfTheRepository() throws IOException {
        Path files = SourceTree.CHART.resolve("files");
        assertThat(texts(files.resolve("rules"), ".yaml"))
                .as(REFRESH)
                .isEqualTo(texts(SourceTree.TOP.resolve("dashboards/rules"), ".yaml"));
        assertThat(texts(files.resolve("dashboards"), ".json"))
                .as(REFRESH)
                .isEqualTo(texts(SourceTree.TOP.resolve("dashboards/grafana"), ".json"));
    }

    @Test
    void putsEachDashboardIntoAConfigMapAsItIs() throws IOException {
        Map<String, String> dashboards = texts(SourceTree.CHART.resolve("files/dashboards"), ".json");
        Map<String, String> rendered = new TreeMap<>();
        Chart.render("metrics: {dashboards: {enabled: true}}\n").all(ConfigMap.class).stream()
                .filter(one -> "1".equals(one.getMetadata().getLabels().get("grafana_dashboard")))
                .forEach(one -> rendered.putAll(one.getData()));
        assertThat(rendered).isEqualTo(dashboards);
    }

    private static Map<String, String> texts(Path directory, String ending) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(ending)).toList()) {
                    texts.put(String.valueOf(file.getFileName()), Files.readString(file));
                }
            }
        }
        return texts;
    }

    /** As README tells authors of other charts. */
    @Test
    void letsOtherChartsIncludeTheSidecar(@TempDir Path parent) throws IOException {
        Chart.copy(parent.resolve("charts/vigia"));
        Files.writeString(parent.resolve("Chart.yaml"), """
            apiVersion: v2
            name: shop
            version: 1.0.0
            dependencies: [{name: vigia, version: 0.1.0}]
            """);
        Files.createDirectories(parent.resolve("templates"));
        Files.writeString(parent.resolve("templates/deployment.yaml"), """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: shop
            spec:
              selector:
                matchLabels: {app: shop}
              template:
                metadata:
                  labels: {app: shop}
                spec:
                  shareProcessNamespace: true
                  initContainers:
                    {{- include "vigia.sidecar" .Subcharts.vigia | nindent 8 }}
                  containers:
                    - name: shop
                      image: shop
                  volumes:
                    {{- include "vigia.volumes" .Subcharts.vigia | nindent 8 }}
            """);
        Manifests manifests = Chart.render(parent, """
            vigia:
              mode: sidecar
              sidecar: {example: {enabled: false}}
              enforcement: {enabled: true}
            """);
        Deployment shop = manifests.one(Deployment.class);
        assertThat(Strictly.unknown(shop)).isEmpty();
        var pod = shop.getSpec().getTemplate().getSpec();
        assertThat(pod.getInitContainers()).extracting("name").containsExactly("vigia-check", "vigia");
        assertThat(pod.getInitContainers().getLast().getEnv())
                .extracting("name")
                .contains("VIGIA_POD_UID", "VIGIA_ENFORCE");
        assertThat(pod.getVolumes()).extracting("name").contains("vigia-cgroup", "vigia-tokens");
    }
}
