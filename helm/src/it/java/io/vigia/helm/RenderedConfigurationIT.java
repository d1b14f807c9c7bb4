package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart and the examples render, read by the program itself. */
class RenderedConfigurationIT {
    private static final String UID = "6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d";

    private static final Pattern READY = Pattern.compile("vigia: ready, (http://127\\.0\\.0\\.1:\\d+)/");

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void isValidInEveryVariant() throws IOException, InterruptedException {
        int number = 0;
        for (String values : Variants.all().values()) {
            number += files(Chart.render(values), directory.resolve("all"), "v" + number);
        }
        for (Path example : ExamplesTest.examples()) {
            number += files(Manifests.parse(Files.readString(example)), directory.resolve("all"), "example" + number);
        }
        assertThat(check(directory.resolve("all"), 0).lines().filter(line -> line.endsWith(": valid")))
                .hasSize(number);
    }

    @Test
    void stopsAtAPolicyWithAMistakeAndSaysWhere() throws IOException, InterruptedException {
        Manifests manifests = Chart.render(Variants.POLICIES.replace("above: 10%", "above: ten"));
        assertThat(files(manifests, directory, "p")).isEqualTo(2);
        assertThat(check(directory, 2))
                .containsPattern("spare-web\\.yaml:\\d+:\\d+: spec\\.when\\.pressure\\.above: ")
                .contains("'ten'");
    }

    /** Where the init container finds its files, each is there three times: by its name, below {@code ..data} and in a version's directory. */
    @ParameterizedTest
    @ValueSource(strings = {"mode: agent", "mode: sidecar"})
    void checksAConfigMapsFilesOnceInTheInitContainer(String mode) throws IOException, InterruptedException {
        Manifests manifests = Chart.render(mode + "\n" + Variants.POLICIES);
        Container check = container(manifests, "vigia-check");
        Path etc = directory.resolve("etc/vigia");
        Program.write(etc.resolve("vigia.yaml"), config(manifests));
        KubeletVolume policies = new KubeletVolume(etc.resolve("policies.d"));
        String valid = file(manifests.all(ConfigMap.class).get(1), "spare-web.yaml");
        policies.write(Map.of("spare-web.yaml", valid), 0644);
        assertThat(check.getCommand()).as("the image's entry point").isEmpty();
        List<String> arguments = check.getArgs().stream()
                .map(one -> one.replace("/etc/vigia", etc.toString()))
                .toList();
        String first = etc + "/vigia.yaml: valid";
        String spareWeb = etc + "/policies.d/spare-web.yaml";
        assertThat(Program.run(Map.of(), Program.vigia(arguments), 0).lines())
                .containsExactly(first, spareWeb + ": valid");

        policies.write(Map.of("spare-web.yaml", valid.replace("above: 10%", "above: ten")), 0644);
        assertThat(Program.run(Map.of(), Program.vigia(arguments), 2).lines())
                .hasSize(2)
                .contains(first)
                .anySatisfy(line -> assertThat(line)
                        .matches("vigia: " + Pattern.quote(spareWeb)
                                + ":\\d+:\\d+: spec\\.when\\.pressure\\.above: .*'ten'.*"));
    }

    /** kubelet changes a ConfigMap's or a Secret's files all at once, by a link in the directory that none of them is in. */
    @Test
    void followsAConfigMapAndASecretThatChange() throws IOException, InterruptedException {
        Manifests manifests = Chart.render("mode: sidecar\n" + Variants.POLICIES);
        Map<String, String> environment = environment(manifests);
        KubeletVolume secret = new KubeletVolume(directory.resolve("etc/secret"));
        secret.write(Map.of("tokens", "vera viewer token-of-vera-1234567890\n"), secretMode(manifests));
        environment.put("VIGIA_TOKENS", directory.resolve("etc/secret/tokens").toString());
        KubeletVolume policies = new KubeletVolume(directory.resolve("etc/policies.d"));
        String text = file(manifests.all(ConfigMap.class).get(1), "spare-web.yaml");
        policies.write(Map.of("spare-web.yaml", text), 0644);
        try (Program served = Program.vigia(environment, List.of("serve"))) {
            served.until(said -> said.contains("vigia: ready"));
            assertThat(policies(environment)).contains("spare-web");

            policies.write(Map.of("spare-web.yaml", text.replace("above: 10%", "above: ten")), 0644);
            served.until(said -> said.contains("the version before stays in force (1 document)"));
            assertThat(policies(environment)).contains("spare-web");

            policies.write(Map.of("spare-api.yaml", text.replace("spare-web", "spare-api")), 0644);
            served.until(said ->
                    Pattern.compile("configuration: .*spare-api").matcher(said).find());
            assertThat(policies(environment)).contains("spare-api").doesNotContain("spare-web");

            secret.write(Map.of("tokens", "otto viewer token-of-otto-1234567890\n"), secretMode(manifests));
            served.until(said ->
                    Pattern.compile("configuration: .*tokens").matcher(said).find());
        }
    }

    private static String policies(Map<String, String> environment) throws IOException, InterruptedException {
        return Program.run(
                Map.of("VIGIA_SOCKET", environment.get("VIGIA_SOCKET")), Program.vigia(List.of("get", "policies")), 0);
    }

    /** The environment and arguments of the container, with this machine's places; the tokens' file as kubelet leaves it. */
    @ParameterizedTest
    @ValueSource(strings = {"mode: agent", "mode: sidecar"})
    void isServed(String mode) throws IOException, InterruptedException {
        Manifests manifests = Chart.render(mode + "\n" + Variants.POLICIES);
        Container vigia = vigia(manifests);
        Map<String, String> environment = environment(manifests);
        Path tokens =
                Files.writeString(directory.resolve("tokens"), secret(manifests).get("tokens"));
        Files.setAttribute(tokens, "unix:mode", secretMode(manifests));
        environment.put("VIGIA_TOKENS", tokens.toString());
        Program.write(
                directory.resolve("etc/policies.d/spare-web.yaml"),
                file(manifests.all(ConfigMap.class).get(1), "spare-web.yaml"));
        try (Program served = Program.vigia(environment, vigia.getArgs())) {
            served.until(said -> said.contains("vigia: ready"));
            assertThat(served.said()).doesNotContain("unknown", "not used");
            Map<String, String> client = Map.of("VIGIA_SOCKET", environment.get("VIGIA_SOCKET"));
            try (Program asked = Program.vigia(client, List.of("get", "policies"))) {
                asked.until(said -> said.contains("spare-web"));
            }
            assertThat(served.terminate()).isIn(0, 143);
        }
    }

    /** The environment of an example's container with this machine's places, its probes, and the recipe for the event feed. */
    @ParameterizedTest
    @ValueSource(strings = {"agent.yaml", "sidecar-pod.yaml"})
    void isServedAsTheExamplesSay(String example) throws IOException, InterruptedException {
        Container vigia = vigia(Manifests.parse(Files.readString(SourceTree.existing("k8s-examples/" + example))));
        Map<String, String> environment = new HashMap<>();
        vigia.getEnv().forEach(one -> environment.put(one.getName(), one.getValue() == null ? UID : one.getValue()));
        assertThat(environment.put("VIGIA_LISTEN", "127.0.0.1:0")).isEqualTo("127.0.0.1:9797");
        assertThat(environment.put("VIGIA_SOCKET", directory.resolve("s").toString()))
                .isEqualTo("/run/vigia/vigia.sock");
        assertThat(environment.put("VIGIA_STATE_DIR", directory.resolve("state").toString()))
                .isEqualTo("/var/lib/vigia");
        Path config = Program.write(directory.resolve("etc/vigia.yaml"), "");
        environment.put("VIGIA_CONFIG", config.toString());
        ConfigMap policies = Manifests.parse(Files.readString(SourceTree.existing("k8s-examples/policy.yaml")))
                .one(ConfigMap.class);
        Program.write(directory.resolve("etc/policies.d/memory-pressure.yaml"), file(policies, "memory-pressure.yaml"));
        try (Program served = Program.vigia(environment, vigia.getArgs())) {
            Matcher ready =
                    READY.matcher(served.until(said -> READY.matcher(said).find()));
            assertThat(ready.find()).isTrue();
            assertThat(served.said()).doesNotContain("unknown", "not used");
            String url = ready.group(1);
            for (Probe probe : List.of(vigia.getStartupProbe(), vigia.getLivenessProbe(), vigia.getReadinessProbe())) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(url + path(probe))).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            assertThat(firstEvent(url)).startsWith("{");
            assertThat(served.terminate()).isIn(0, 143);
        }
    }

    private static String path(Probe probe) {
        if (probe.getHttpGet() != null) {
            assertThat(probe.getHttpGet().getHost()).isEqualTo("127.0.0.1");
            assertThat(probe.getHttpGet().getPort().getIntVal()).isEqualTo(9797);
            return probe.getHttpGet().getPath();
        }
        URI asked = URI.create(probe.getExec().getCommand().getLast());
        assertThat(asked).hasHost("127.0.0.1").hasPort(9797);
        return asked.getPath();
    }

    /** Asked as the README of the examples says, after the port was forwarded. */
    private String firstEvent(String url) throws IOException, InterruptedException {
        Matcher recipe = Pattern.compile("curl -sN -H '(.+?): (.+?)' http://127\\.0\\.0\\.1:9797(/\\S+)")
                .matcher(Files.readString(SourceTree.existing("k8s-examples/README.md")));
        assertThat(recipe.find()).isTrue();
        HttpResponse<Stream<String>> answer = client.send(
                HttpRequest.newBuilder(URI.create(url + recipe.group(3)))
                        .header(recipe.group(1), recipe.group(2))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        try (Stream<String> lines = answer.body()) {
            CompletableFuture<String> first = CompletableFuture.supplyAsync(() ->
                    lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow());
            return first.get(60, TimeUnit.SECONDS).substring("data:".length()).strip();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no event in " + answer.uri(), e);
        }
    }

    private static int secretMode(Manifests manifests) {
        return pod(manifests).getVolumes().stream()
                .filter(one -> one.getName().equals("vigia-tokens"))
                .findFirst()
                .orElseThrow()
                .getSecret()
                .getDefaultMode();
    }

    /** Of the rendered vigia, with this machine's places, except for that of the tokens; vigia.yaml is written to its own. */
    private Map<String, String> environment(Manifests manifests) throws IOException {
        Map<String, String> environment = new HashMap<>();
        vigia(manifests)
                .getEnv()
                .forEach(one -> environment.put(one.getName(), one.getValue() == null ? UID : one.getValue()));
        assertThat(environment.put("VIGIA_LISTEN", "127.0.0.1:0")).isEqualTo("0.0.0.0:9797");
        environment.put("VIGIA_SOCKET", directory.resolve("s").toString());
        environment.put("VIGIA_STATE_DIR", directory.resolve("state").toString());
        Program.write(directory.resolve("etc/vigia.yaml"), config(manifests));
        environment.put("VIGIA_CONFIG", directory.resolve("etc/vigia.yaml").toString());
        return environment;
    }

    private static Container vigia(Manifests manifests) {
        return container(manifests, "vigia");
    }

    private static Container container(Manifests manifests, String name) {
        PodSpec pod = pod(manifests);
        return Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static PodSpec pod(Manifests manifests) {
        return Stream.of(
                        manifests.all(DaemonSet.class).stream()
                                .map(one -> one.getSpec().getTemplate().getSpec()),
                        manifests.all(Deployment.class).stream()
                                .map(one -> one.getSpec().getTemplate().getSpec()),
                        manifests.all(io.fabric8.kubernetes.api.model.Pod.class).stream()
                                .map(io.fabric8.kubernetes.api.model.Pod::getSpec))
                .flatMap(Function.identity())
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> secret(Manifests manifests) {
        return manifests.one(Secret.class).getStringData();
    }

    private static String config(Manifests manifests) {
        return file(manifests.all(ConfigMap.class).getFirst(), "vigia.yaml");
    }

    private static String file(ConfigMap map, String name) {
        return Objects.requireNonNull(map.getData().get(name), name);
    }

    private static String check(Path directory, int expected) throws IOException, InterruptedException {
        try (Program program = Program.vigia(Map.of(), List.of("check", directory.toString()))) {
            int code = program.end();
            String said = program.all();
            assertThat(code).as(said).isEqualTo(expected);
            return said;
        }
    }

    /** Writes what ConfigMaps hold for vigia; answers how many files. */
    private static int files(Manifests manifests, Path directory, String prefix) throws IOException {
        int count = 0;
        for (ConfigMap map : manifests.all(ConfigMap.class)) {
            for (Map.Entry<String, String> file : map.getData().entrySet()) {
                if (file.getKey().endsWith(".yaml")) {
                    Program.write(directory.resolve(prefix + "-" + file.getKey()), file.getValue());
                    count++;
                }
            }
        }
        return count;
    }
}
