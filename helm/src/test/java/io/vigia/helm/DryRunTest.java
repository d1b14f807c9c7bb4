package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every object as a dry run on the server would get it: where it is sent, what is asked, and that what arrives is known to its type.
 * kubectl itself asks an API server first for all that it knows, which the mock one cannot say; fabric8's client needs none of it.
 */
class DryRunTest {
    @TestFactory
    Stream<DynamicTest> sendsWhatItsTypeKnowsAndStoresNothing() throws IOException {
        List<DynamicTest> all = new ArrayList<>();
        Variants.all()
                .forEach((name, values) ->
                        all.add(DynamicTest.dynamicTest(name, () -> dryRun(Chart.render(values), Chart.NAMESPACE))));
        for (Path example : ExamplesTest.examples()) {
            all.add(DynamicTest.dynamicTest(
                    example.getFileName().toString(),
                    () -> dryRun(Manifests.parse(Files.readString(example)), "default")));
        }
        return all.stream();
    }

    private static void dryRun(Manifests manifests, String namespace) {
        assertThat(manifests.objects()).isNotEmpty();
        try (KubernetesClient client = Cluster.get().client()) {
            for (HasMetadata object : manifests.objects()) {
                var resource = Cluster.resource(client, object);
                var request = Cluster.dryRun(resource);
                URI sent = URI.create(request.path());
                assertThat(request.method()).isEqualTo("PATCH");
                assertThat(request.contentType()).startsWith("application/apply-patch+yaml");
                assertThat(sent.getPath()).isEqualTo(path(object, namespace));
                assertThat(sent.getQuery().split("&")).contains("fieldManager=vigia-tests", "dryRun=All");
                HasMetadata arrived = Manifests.parse(request.body()).objects().getFirst();
                assertThat(Strictly.unknown(arrived)).isEmpty();
                assertThat(arrived).isEqualTo(object);
                assertThat(resource.get()).as("what was only tried").isNull();
            }
        }
    }

    /** {@code /api/v1/…} for the core, {@code /apis/GROUP/VERSION/…} for others. */
    private static String path(HasMetadata object, String namespace) {
        String plural = object.getKind().toLowerCase(Locale.ROOT).replaceAll("y$", "ie") + "s";
        return (object.getApiVersion().contains("/") ? "/apis/" : "/api/") + object.getApiVersion() + "/namespaces/"
                + namespace + "/" + plural + "/" + object.getMetadata().getName();
    }
}
