package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What becomes of the rules in the chart. */
class AlertsTest {
    @Test
    void areThoseOfTheRepositoryUnlessToldOtherwise() throws IOException {
        List<Object> files = new ArrayList<>();
        try (Stream<Path> rules = Files.list(SourceTree.existing("dashboards/rules"))) {
            for (Path file : rules.sorted().toList()) {
                Object read = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
                files.addAll(list(read, "groups"));
            }
        }
        assertThat(groups("")).isEqualTo(files);
    }

    @Test
    void haveLabelsAndRunbooksOfOnesOwnAndMayBeLeftOut() throws IOException {
        List<Map<?, ?>> before = alerts("");
        List<Map<?, ?>> after = alerts("""
                alertLabels: {team: core, severity: page}
                runbookUrl: https://wiki.example/vigia/
                without: [VigiaAbsent]
            """);
        assertThat(after).hasSize(before.size() - 1).hasSizeGreaterThan(20);
        assertThat(after).noneMatch(alert -> "VigiaAbsent".equals(alert.get("alert")));
        assertThat(after).allSatisfy(alert -> {
            assertThat(alert.get("labels")).isEqualTo(Map.of("team", "core", "severity", "page"));
            assertThat(((Map<?, ?>) Objects.requireNonNull(alert.get("annotations"))).get("runbook_url"))
                    .isEqualTo("https://wiki.example/vigia/" + alert.get("alert"));
        });
    }

    private static List<?> groups(String values) throws IOException {
        Manifests manifests = Chart.render("metrics:\n  prometheusRule:\n    enabled: true\n" + values.indent(0));
        return list(manifests.custom("PrometheusRule").getAdditionalProperties().get("spec"), "groups");
    }

    private static List<Map<?, ?>> alerts(String values) throws IOException {
        List<Map<?, ?>> alerts = new ArrayList<>();
        for (Object group : groups(values)) {
            for (Object rule : list(group, "rules")) {
                if (((Map<?, ?>) rule).containsKey("alert")) {
                    alerts.add((Map<?, ?>) rule);
                }
            }
        }
        return alerts;
    }

    private static List<?> list(@Nullable Object map, String key) {
        return (List<?>) Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(map, key)).get(key), key);
    }
}
