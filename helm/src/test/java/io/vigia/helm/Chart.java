package io.vigia.helm;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

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
}
