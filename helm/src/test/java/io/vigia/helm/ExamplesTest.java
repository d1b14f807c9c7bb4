package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code k8s-examples}: each applies alone. */
class ExamplesTest {
    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(SourceTree.existing("k8s-examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void appliesAlone(Path example) throws IOException {
        Manifests manifests = Manifests.parse(Files.readString(example));
        assertThat(manifests.objects()).isNotEmpty();
        try (KubernetesClient client = Cluster.get().client()) {
            for (HasMetadata object : manifests.objects()) {
                assertThat(Strictly.unknown(object)).isEmpty();
                var resource = Cluster.resource(client, object);
                resource.create();
                assertThat(resource.get().getMetadata().getName())
                        .isEqualTo(object.getMetadata().getName());
                resource.delete();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isExplainedInThreeLines(Path example) throws IOException {
        List<String> lines = Files.readAllLines(example);
        assertThat(lines.subList(0, 3)).allMatch(line -> line.startsWith("# "));
        assertThat(lines.get(3)).startsWith("apiVersion:");
        assertThat(Files.readString(SourceTree.existing("k8s-examples/README.md")))
                .contains("](" + example.getFileName() + ")");
    }
}
