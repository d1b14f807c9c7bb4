package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TemplateTest {
    @Test
    void passesHelmsOwnLint() {
        var result = new Helm(SourceTree.CHART).lint().strict().call();
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
        assertThat(result.getMessages()).noneMatch(message -> message.contains("[WARNING]"));
    }

    @TestFactory
    List<DynamicTest> saysNothingThatKubernetesDoesNotKnow() {
        return Variants.all().entrySet().stream()
                .map(variant -> DynamicTest.dynamicTest(variant.getKey(), () -> known(variant.getValue())))
                .toList();
    }

    private static void known(String values) throws IOException {
        Manifests manifests = Chart.render(values);
        assertThat(manifests.objects()).isNotEmpty();
        for (HasMetadata object : manifests.objects()) {
            assertThat(Strictly.unknown(object)).isEmpty();
            assertThat(object.getMetadata().getNamespace()).isEqualTo(Chart.NAMESPACE);
            assertThat(object.getMetadata().getLabels())
                    .containsKeys("helm.sh/chart", "app.kubernetes.io/name", "app.kubernetes.io/instance");
        }
        assertThat(manifests.objects().stream()
                        .map(one -> one.getKind() + "/" + one.getMetadata().getName()))
                .doesNotHaveDuplicates();
    }

    @TestFactory
    List<DynamicTest> isTakenByAnApiServer() {
        return Variants.all().entrySet().stream()
                .map(variant -> DynamicTest.dynamicTest(variant.getKey(), () -> taken(variant.getValue())))
                .toList();
    }

    private static void taken(String values) throws IOException {
        try (KubernetesClient client = Cluster.get().client()) {
            for (HasMetadata object : Chart.render(values).objects()) {
                var resource = Cluster.resource(client, object);
                resource.create();
                try {
                    assertThat(resource.get().getMetadata().getLabels())
                            .isEqualTo(object.getMetadata().getLabels());
                } finally {
                    resource.delete();
                }
            }
        }
    }

    @Test
    void findsAFieldThatDoesNotExist() {
        Manifests manifests = Manifests.parse("""
            apiVersion: v1
            kind: Pod
            metadata: {name: a, lables: {}}
            spec: {containers: [{name: b, securityContext: {runAsUsers: 1}}], hostPid: true}
            """);
        assertThat(Strictly.unknown(manifests.objects().getFirst()))
                .containsExactlyInAnyOrder(
                        "Pod.metadata.lables", "Pod.spec.containers[0].securityContext.runAsUsers", "Pod.spec.hostPid");
    }

    @Test
    void keepsItsTokensOverAnUpgrade() throws IOException {
        var first = Chart.render("").one(Secret.class);
        Map<String, String> texts = first.getStringData();
        assertThat(texts.get("tokens"))
                .contains("viewer viewer " + texts.get("viewer"), "admin admin " + texts.get("admin"));
        assertThat(texts.get("viewer")).hasSize(40).isNotEqualTo(texts.get("admin"));
        var stored = new SecretBuilder(first)
                .withStringData(null)
                .withData(Map.of("viewer", "a2VwdA==", "tokens", "a2VwdA=="))
                .build();
        try (KubernetesClient client = Cluster.get().client()) {
            client.resource(stored).create();
            try {
                assertThat(Chart.render("").one(Secret.class).getData()).isEqualTo(stored.getData());
            } finally {
                client.resource(stored).delete();
            }
        }
    }
}
