package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.VolumeMount;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The image, unpacked and run as a sidecar would be: for one pod, without root, without capabilities, with the tree read-only. */
class ImageKernelIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern READY = Pattern.compile("vigia: ready, (http://127\\.0\\.0\\.1:\\d+)/");
    private static final int NOBODY = 65_532;

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

    /** The sidecar of the Kubernetes examples, which asks for no more than {@link Pod} gives. */
    private static Container example() throws IOException {
        Container example = Manifests.parse(Files.readString(SourceTree.existing("k8s-examples/sidecar-pod.yaml")))
                .one(io.fabric8.kubernetes.api.model.Pod.class)
                .getSpec()
                .getInitContainers()
                .getFirst();
        var security = example.getSecurityContext();
        assertThat(security.getRunAsUser()).isEqualTo(NOBODY);
        assertThat(security.getRunAsGroup()).isEqualTo(NOBODY);
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd()).isEmpty();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(example.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactlyInAnyOrderElementsOf(Pod.MOUNTS);
        return example;
    }

    @Test
    void watchesItsPodAndNothingElse() throws IOException, InterruptedException {
        Path image = image();
        JsonNode manifest =
                JSON.readTree(Files.readString(image.resolve("manifest.json"))).get(0);
        JsonNode config = JSON.readTree(
                        Files.readString(image.resolve(manifest.get("Config").asString())))
                .get("config");
        assertThat(config.get("User").asString()).isEqualTo(NOBODY + ":" + NOBODY);
        assertThat(texts(config.get("Entrypoint"))).containsExactly("/usr/bin/vigia");
        assertThat(config.get("Labels").propertyNames()).contains("org.opencontainers.image.version");
        for (String layer : texts(manifest.get("Layers"))) {
            untar(image.resolve(layer), directory.resolve("rootfs"));
        }
        try (Stream<Path> files = Files.walk(directory.resolve("rootfs"))) {
            // Debian's JDK brings some for the VM alone, ten times as large as all the rest.
            assertThat(files.map(Path::toString)).noneMatch(file -> file.endsWith(".debuginfo"));
        }
        List<String> environment = texts(config.get("Env"));
        Container example = example();
        example.getEnv().stream()
                .filter(one -> !one.getName().equals("VIGIA_LISTEN"))
                .map(one -> one.getName() + "=" + (one.getValue() == null ? Pod.UID : one.getValue()))
                .forEach(environment::add);
        // The pod has this machine's network.
        environment.add("VIGIA_LISTEN=127.0.0.1:0");
        assertThat(example.getArgs()).isEqualTo(texts(config.get("Cmd")));
        List<String> command = texts(config.get("Entrypoint"));
        command.addAll(example.getArgs());

        try (Pod pod = new Pod(directory, directory.resolve("rootfs"))) {
            Program app =
                    pod.run("app", 1000, List.of("/bin/busybox", "sh", "-c", "echo up; exec sleep 1000"), List.of());
            app.until(said -> said.contains("up"));
            pod.shareProcesses("app");
            Program vigia = pod.run("vigia", NOBODY, command, environment);
            Matcher ready =
                    READY.matcher(vigia.until(said -> READY.matcher(said).find()));
            assertThat(ready.find()).isTrue();
            String url = ready.group(1);

            assertThat(environment).contains("VIGIA_OBSERVE=pod");
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
            HttpResponse<String> refused = client.send(
                    HttpRequest.newBuilder(URI.create(app1 + "/limits"))
                            .header("Content-Type", "application/merge-patch+json")
                            .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"pids.max\":5}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isIn(401, 403);
        }
    }
}
