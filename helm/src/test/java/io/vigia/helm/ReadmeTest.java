package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command of README's chapter "Install": rendered here, or about files that other tests make, apply and run. */
class ReadmeTest {
    private static final Pattern CHAPTER = Pattern.compile("(?s)\n## Install\n(.*?)\n## ");
    private static final Pattern BLOCK = Pattern.compile("(?s)\n```\n(.*?)\n```\n");
    private static final Pattern SET = Pattern.compile("--set '?([^= ]+)=([^' ]+)'?");

    static List<String> commands() throws IOException {
        Matcher chapter = CHAPTER.matcher(Files.readString(SourceTree.existing("README.md")));
        assertThat(chapter.find()).isTrue();
        List<String> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(chapter.group(1));
        while (block.find()) {
            commands.addAll(block.group(1).lines().toList());
        }
        return commands;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isTrue(String command) throws IOException {
        List<String> words = List.of(command.split(" "));
        switch (words.getFirst()) {
            case "mvn" -> assertThat(words).contains("package");
            case "helm" -> helm(words, command);
            case "kubectl" -> kubectl(words);
            case "vigia" -> verb(words.get(1));
            case "systemctl" ->
                assertThat(SourceTree.existing("supervisor/src/dist/" + words.getLast() + ".service"))
                        .exists();
            case "apt-get", "ctr" ->
                assertThat(built())
                        .contains(Path.of(words.getLast()).normalize().toString());
            default -> throw new AssertionError("nothing tests this command: " + command);
        }
    }

    /** What the build leaves, by its own description. */
    private static List<String> built() throws IOException {
        String pom = Files.readString(SourceTree.existing("helm/pom.xml"));
        Matcher version =
                Pattern.compile("<image.version>(.+?)</image.version>").matcher(pom);
        assertThat(version.find()).isTrue();
        assertThat(pom).contains("vigia_${image.version}_all.deb", "vigia-image-${image.architecture}.tar");
        return List.of("helm/target/vigia_" + version.group(1) + "_all.deb", "helm/target/vigia-image-amd64.tar");
    }

    private static void helm(List<String> words, String command) throws IOException {
        if (words.get(1).equals("test")) {
            assertThat(Files.readString(SourceTree.CHART.resolve("templates/tests/answers.yaml")))
                    .contains("helm.sh/hook: test");
            return;
        }
        assertThat(SourceTree.existing(words.get(3))).isEqualTo(SourceTree.CHART);
        Map<String, String> values = new TreeMap<>();
        Matcher set = SET.matcher(command);
        while (set.find()) {
            values.put(set.group(1), set.group(2));
        }
        Manifests manifests = Chart.renderSet(values);
        for (HasMetadata object : manifests.objects()) {
            assertThat(Strictly.unknown(object)).isEmpty();
        }
        assertThat(manifests.kinds()).contains("sidecar".equals(values.get("mode")) ? "Deployment" : "DaemonSet");
        if (values.containsKey("metrics.serviceMonitor.enabled")) {
            assertThat(manifests.kinds()).contains("ServiceMonitor", "PrometheusRule");
        }
    }

    private static void kubectl(List<String> words) throws IOException {
        if (words.get(1).equals("apply")) {
            assertThat(ExamplesTest.examples()).contains(SourceTree.existing(words.getLast()));
            return;
        }
        assertThat(words.get(1)).isEqualTo("exec");
        Pod pod = Manifests.parse(Files.readString(SourceTree.existing("k8s-examples/sidecar-pod.yaml")))
                .one(Pod.class);
        assertThat(pod.getMetadata().getName()).isEqualTo(words.get(2));
        assertThat(pod.getSpec().getInitContainers())
                .extracting(Container::getName)
                .contains(words.get(words.indexOf("-c") + 1));
        verb(words.get(words.lastIndexOf("vigia") + 1));
    }

    private static void verb(String verb) {
        String type = verb.substring(0, 1).toUpperCase(Locale.ROOT) + verb.substring(1) + "Verb.java";
        assertThat(SourceTree.existing("supervisor/src/main/java/io/vigia/supervisor/cli/" + type))
                .exists();
    }
}
