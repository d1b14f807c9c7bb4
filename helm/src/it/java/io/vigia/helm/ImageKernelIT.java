package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The image, unpacked and run as a sidecar is: for one pod, with the user, capabilities and mounts that the manifests ask for. */
class ImageKernelIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern READY = Pattern.compile("vigia: ready, (http://127\\.0\\.0\\.1:\\d+)/");
    private static final int NOBODY = 65_532;
    private static final String OWN_GROUP = """
        apiVersion: vigia.io/v1
        kind: Group
        metadata: {name: own}
        spec:
          containers: [{name: main, namespaces: [], command: [sleep, "600"]}]
        """;

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void needsRuncAndRoot() throws IOException {
        assumeTrue(
                Stream.of("/usr/sbin/runc", "/usr/bin/runc", "/usr/local/bin/runc")
                        .map(Path::of)
                        .anyMatch(Files::isExecutable),
                "no runc here");
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root may start containers");
    }

    private Path image() throws IOException, InterruptedException {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        Path image = Files.createDirectories(directory.resolve("image"));
        untar(SourceTree.TARGET.resolve("vigia-image-" + architecture + ".tar"), image);
        return image;
    }

    private static void untar(Path tar, Path into) throws IOException, InterruptedException {
        Files.createDirectories(into);
        String unused = Program.run(
                Map.of(),
                List.of("tar", "--warning=no-unknown-keyword", "-xf", tar.toString(), "-C", into.toString()),
                0);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asString()));
        return texts;
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What the image says of itself, and its file system. */
    private record Image(JsonNode config, Path files) {
        List<String> entrypoint() {
            return texts(config.get("Entrypoint"));
        }

        List<String> environment() {
            return texts(config.get("Env"));
        }
    }

    private Image unpack() throws IOException, InterruptedException {
        Path image = image();
        JsonNode manifest =
                JSON.readTree(Files.readString(image.resolve("manifest.json"))).get(0);
        JsonNode config = JSON.readTree(
                        Files.readString(image.resolve(manifest.get("Config").asString())))
                .get("config");
        for (String layer : texts(manifest.get("Layers"))) {
            untar(image.resolve(layer), directory.resolve("rootfs"));
        }
        return new Image(config, directory.resolve("rootfs"));
    }

    private static Container container(PodSpec pod, String name) {
        return pod.getInitContainers().stream()
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private HttpResponse<String> patch(String url, String group, String token, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url + "/api/v1/groups/" + group.replace("/", "%2F") + "/limits"))
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String pidsMax(String group) throws IOException {
        return Files.readString(Pod.kernelFile(group, "pids.max")).strip();
    }

    @Test
    void saysWhoRunsWhatAndBringsNothingBesides() throws IOException, InterruptedException {
        Image image = unpack();
        assertThat(image.config().get("User").asString()).isEqualTo(NOBODY + ":" + NOBODY);
        assertThat(image.entrypoint()).containsExactly("/usr/bin/vigia");
        assertThat(texts(image.config().get("Cmd"))).containsExactly("serve");
        assertThat(image.config().get("Labels").propertyNames()).contains("org.opencontainers.image.version");
        try (Stream<Path> files = Files.walk(image.files())) {
            // Debian's JDK brings some for the VM alone, ten times as large as all the rest.
            assertThat(files.map(Path::toString)).noneMatch(file -> file.endsWith(".debuginfo"));
        }
    }

    /** The sidecar of the Kubernetes examples. */
    @Test
    void watchesItsPodAndNothingElse() throws IOException, InterruptedException {
        Manifests manifests = Manifests.parse(Files.readString(SourceTree.existing("k8s-examples/sidecar-pod.yaml")));
        PodSpec spec = manifests.one(io.fabric8.kubernetes.api.model.Pod.class).getSpec();
        Container example = container(spec, "vigia");
        Image image = unpack();
        // The pod has this machine's network.
        ContainerConfig config = new Kubelet(directory.resolve("volumes"), manifests, spec)
                .config(example, image.entrypoint(), image.environment())
                .with("VIGIA_LISTEN", "127.0.0.1:0");
        assertThat(config.user()).isEqualTo(NOBODY);
        assertThat(config.capabilities()).isEmpty();

        try (Pod pod = new Pod(directory, image.files())) {
            Program app =
                    pod.run("app", ContainerConfig.plain(1000, "/bin/busybox", "sh", "-c", "echo up; exec sleep 1000"));
            app.until(said -> said.contains("up"));
            pod.shareProcesses("app");
            String url = address(pod.run("vigia", config));

            assertThat(config.environment()).contains("VIGIA_OBSERVE=pod");
            for (Probe probe :
                    List.of(example.getStartupProbe(), example.getLivenessProbe(), example.getReadinessProbe())) {
                List<String> asked = new ArrayList<>(probe.getExec().getCommand());
                asked.replaceAll(word -> word.replace("http://127.0.0.1:9797", url));
                String unused = pod.exec("vigia", asked, 0);
                asked.replaceAll(word -> word.replaceAll("/(live|ready)z", "/no-such-probe"));
                unused = pod.exec("vigia", asked, 1);
            }
            assertThat(get(url + "/livez").statusCode()).isEqualTo(200);
            assertThat(get(url + "/readyz").statusCode())
                    .as(get(url + "/readyz").body())
                    .isEqualTo(200);
            assertThat(get(url + "/metrics").body())
                    .contains("container_processes{id=\"/" + pod.group("app") + "\"")
                    .doesNotContain("id=\"/system.slice");

            JsonNode groups = JSON.readTree(get(url + "/api/v1/groups").body()).get("items");
            List<String> ids = new ArrayList<>();
            groups.forEach(one -> ids.add(one.get("id").asString()));
            assertThat(ids).contains(pod.group("app"), pod.group("vigia")).allMatch(id -> id.contains("pod" + Pod.UID));

            String app1 = url + "/api/v1/groups/" + pod.group("app").replace("/", "%2F");
            assertThat(get(app1 + "/processes").body())
                    .contains("\"comm\":\"sleep\"")
                    .doesNotContain("\"pid\":0,");
            assertThat(patch(url, pod.group("app"), "", "{\"pids.max\":5}").statusCode())
                    .isIn(401, 403);
        }
    }

    /** The sidecar of the chart with enforcement: root with one capability, the tree writable, and still nothing beyond its pod. */
    @Test
    void actsOnItsPodAndOnNothingElse() throws IOException, InterruptedException {
        Manifests manifests = Chart.render("mode: sidecar\nenforcement: {enabled: true}\n" + Variants.POLICIES);
        PodSpec spec = manifests.one(Deployment.class).getSpec().getTemplate().getSpec();
        Image image = unpack();
        Kubelet kubelet = new Kubelet(directory.resolve("volumes"), manifests, spec);
        ContainerConfig config = kubelet.config(container(spec, "vigia"), image.entrypoint(), image.environment())
                .with("VIGIA_LISTEN", "127.0.0.1:0");
        String token = Objects.requireNonNull(
                manifests.one(Secret.class).getStringData().get("admin"));

        try (Pod pod = new Pod(directory, image.files())) {
            Program app =
                    pod.run("app", ContainerConfig.plain(1000, "/bin/busybox", "sh", "-c", "echo up; exec sleep 1000"));
            app.until(said -> said.contains("up"));
            pod.shareProcesses("app");
            Program worker = pod.run(
                    "worker", ContainerConfig.plain(1001, "/bin/busybox", "sh", "-c", "echo up; exec sleep 1000"));
            worker.until(said -> said.contains("up"));
            Program check = pod.run(
                    "vigia-check",
                    kubelet.config(container(spec, "vigia-check"), image.entrypoint(), image.environment()));
            assertThat(check.end()).as(check.all()).isZero();
            String url = address(pod.run("vigia", config));

            HttpResponse<String> changed = patch(url, pod.group("worker"), token, "{\"pids.max\":50}");
            assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
            assertThat(pidsMax(pod.group("worker"))).isEqualTo("50");
            String unused = pod.exec("vigia", List.of("/usr/bin/vigia", "set", pod.group("app"), "pids.max=60"), 0);
            assertThat(pidsMax(pod.group("app"))).isEqualTo("60");

            String stranger = pod.stranger(77);
            for (String outside : List.of(stranger, parent(stranger))) {
                String before = pidsMax(outside);
                HttpResponse<String> refused = patch(url, outside, token, "{\"pids.max\":50}");
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(404);
                assertThat(refused.body()).contains(outside, "'observe'");
                assertThat(pod.exec("vigia", List.of("/usr/bin/vigia", "set", outside, "pids.max=60"), 3))
                        .contains(outside, "'observe'");
                assertThat(pidsMax(outside)).isEqualTo(before);
            }

            // Where it is in the tree it knows by its own PID alone.
            for (String own : List.of(pod.group("vigia"), parent(pod.group("vigia")))) {
                String before = pidsMax(own);
                HttpResponse<String> refused = patch(url, own, token, "{\"pids.max\":50}");
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
                assertThat(refused.body()).contains("vigia itself runs in it or below it");
                assertThat(pidsMax(own)).isEqualTo(before);
            }

            // Its own groups would be the node's in /vigia.
            HttpResponse<String> made = client.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/groups/own"))
                            .header("Content-Type", "application/yaml")
                            .header("Authorization", "Bearer " + token)
                            .PUT(HttpRequest.BodyPublishers.ofString(OWN_GROUP))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(made.statusCode()).as(made.body()).isEqualTo(403);
            assertThat(made.body()).contains("VIGIA_PARENT");

            // What the capability is for: another user's process.
            HttpResponse<String> killed = client.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/groups/"
                                    + pod.group("worker").replace("/", "%2F") + "/kill"))
                            .header("Content-Type", "application/json")
                            .header("Authorization", "Bearer " + token)
                            .POST(HttpRequest.BodyPublishers.ofString("{\"signal\":\"TERM\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            // Also where the runtime has removed the group before the answer was written.
            assertThat(killed.statusCode()).as(killed.body()).isEqualTo(202);
            assertThat(worker.end()).isEqualTo(128 + 15);
            assertThat(app.isAlive()).isTrue();
        }
    }

    private static String parent(String group) {
        return group.substring(0, group.lastIndexOf('/'));
    }

    private static String address(Program vigia) throws InterruptedException {
        Matcher ready = READY.matcher(vigia.until(said -> READY.matcher(said).find()));
        assertThat(ready.find()).isTrue();
        return ready.group(1);
    }
}
