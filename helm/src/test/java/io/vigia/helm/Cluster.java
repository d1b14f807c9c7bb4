package io.vigia.helm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.Logger;

/** fabric8's mock API server: it stores what it is sent, unless asked for a dry run. One for each JVM, so that the Helm library finds it by KUBECONFIG. */
final class Cluster {
    private static final Cluster ONE = new Cluster();

    /** Held, or its level would be forgotten with it. */
    private final Logger requests = Logger.getLogger("io.fabric8.mockwebserver");

    private final KubernetesMockServer server;
    private final BlockingQueue<DryRun> dryRuns = new LinkedBlockingQueue<>();

    /** What the server was asked. */
    record DryRun(String method, String path, String contentType, String body) {}

    private Cluster() {
        requests.setLevel(Level.WARNING);
        Map<ServerRequest, Queue<ServerResponse>> said = new HashMap<>();
        server = new KubernetesMockServer(new Context(), new MockWebServer(), said, dispatcher(said), false);
        server.init();
        // What the template function lookup asks before it asks for the Secret itself.
        server.expect()
                .get()
                .withPath("/api/v1?timeout=32s")
                .andReturn(200, """
                    {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[
                      {"name":"secrets","singularName":"secret","namespaced":true,"kind":"Secret","verbs":["get"]}]}
                    """)
                .always();
        nameItself();
    }

    /** fabric8's own takes no notice of {@code dryRun}, and applies nothing that is not there already. */
    private KubernetesMixedDispatcher dispatcher(Map<ServerRequest, Queue<ServerResponse>> said) {
        return new KubernetesMixedDispatcher(said) {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (!request.getPath().contains("dryRun=")) {
                    return super.dispatch(request);
                }
                // Its body can be read once.
                var asked = new DryRun(
                        request.getMethod(),
                        request.getPath(),
                        request.getHeader("Content-Type"),
                        request.getUtf8Body());
                dryRuns.add(asked);
                return new MockResponse().setResponseCode(200).setBody(asked.body());
            }
        };
    }

    static Cluster get() {
        return ONE;
    }

    NamespacedKubernetesClient client() {
        return server.createClient();
    }

    /** Where an object of any kind is sent. */
    static Resource<? extends HasMetadata> resource(KubernetesClient client, HasMetadata object) {
        if (!(object instanceof GenericKubernetesResource custom)) {
            return client.resource(object);
        }
        String[] api = custom.getApiVersion().split("/", 2);
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup(api[0])
                        .withVersion(api[1])
                        .withKind(custom.getKind())
                        .withPlural(custom.getKind().toLowerCase(Locale.ROOT) + "s")
                        .withNamespaced(true)
                        .build())
                .inNamespace(custom.getMetadata().getNamespace())
                .resource(custom);
    }

    /** As {@code kubectl apply --server-side --dry-run=server} asks; the request that the server got. */
    static <T extends HasMetadata> DryRun dryRun(Resource<T> resource) {
        T answer = resource.patch(new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withDryRun(List.of("All"))
                .withFieldManager("vigia-tests")
                .build());
        DryRun request = ONE.dryRuns.remove();
        if (!answer.getMetadata().getName().equals(resource.item().getMetadata().getName())) {
            throw new AssertionError("answered with another object: " + answer);
        }
        return request;
    }

    private void nameItself() {
        String name = System.getenv("KUBECONFIG");
        if (name == null) {
            throw new IllegalStateException("KUBECONFIG is not set: run these tests by Maven");
        }
        Path file = Path.of(name);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, """
                apiVersion: v1
                kind: Config
                clusters: [{name: mock, cluster: {server: "http://127.0.0.1:PORT"}}]
                contexts: [{name: mock, context: {cluster: mock, user: none}}]
                users: [{name: none, user: {}}]
                current-context: mock
                """.replace("PORT", Integer.toString(server.getPort())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
