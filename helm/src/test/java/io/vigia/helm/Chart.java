package io.vigia.helm;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The chart, rendered by the Helm library itself. */
final class Chart {
    static final String NAMESPACE = "ns";

    private Chart() {}

    /** @throws IllegalStateException with Helm's words when it refuses */
    static Manifests render(String values) throws IOException {
        return render(SourceTree.CHART, values);
    }

    static Manifests render(Path chart, String values) throws IOException {
        Cluster.get();
        Path file = Files.createTempFile(Files.createDirectories(SourceTree.TARGET), "values", ".yaml");
        try {
            Files.writeString(file, values);
            return Manifests.parse(new Helm(chart)
                    .template()
                    .withName("rel")
                    .withNamespace(NAMESPACE)
                    .withKubeVersion("1.32.0")
                    .withValuesFile(file)
                    .call());
        } finally {
            Files.delete(file);
        }
    }

    /** As by {@code --set}. */
    static Manifests renderSet(Map<String, String> values) {
        Cluster.get();
        var template = new Helm(SourceTree.CHART)
                .template()
                .withName("vigia")
                .withNamespace(NAMESPACE)
                .withKubeVersion("1.32.0");
        values.forEach(template::set);
        return Manifests.parse(template.call());
    }

    /** Helm's words, or an empty text when it does not refuse. */
    static String refusal(String values) throws IOException {
        try {
            var unused = render(values);
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What {@code helm install} says; {@code helm template} says it only when another template includes it. */
    static String notes(Path scratch, String values) throws IOException {
        Path chart = scratch.resolve("vigia");
        if (!Files.exists(chart)) {
            copy(chart);
            Files.writeString(chart.resolve("templates/notes.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: notes}
                data:
                  notes: {{ include (print .Template.BasePath "/NOTES.txt") . | quote }}
                """);
        }
        return render(chart, values).all(ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().equals("notes"))
                .map(map -> Objects.requireNonNull(map.getData().get("notes")))
                .findFirst()
                .orElseThrow();
    }

    static void copy(Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(SourceTree.CHART)) {
            all = walk.toList();
        }
        for (Path one : all) {
            Path target = to.resolve(SourceTree.CHART.relativize(one).toString());
            if (Files.isDirectory(one)) {
                Files.createDirectories(target);
            } else {
                Files.copy(one, target);
            }
        }
    }
}
