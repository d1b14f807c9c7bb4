package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who installs it is told, by Helm and in the README, of everything that the pods are given. */
class NotesTest {
    @TempDir
    Path scratch;

    @Test
    void nameEverythingThatIsGivenInEveryVariant() throws IOException {
        String readme = Files.readString(SourceTree.existing("helm/README.md"));
        Set<String> all = new TreeSet<>();
        for (Map.Entry<String, String> variant : Variants.all().entrySet()) {
            PodSpec pod = pod(Chart.render(variant.getValue()));
            String notes = Chart.notes(scratch, variant.getValue());
            List<String> rights = rights(pod);
            all.addAll(rights);
            assertThat(rights).as(variant.getKey()).allSatisfy(right -> {
                assertThat(notes).contains(right);
                assertThat(readme).contains(right);
            });
            assertThat(volumes(pod))
                    .as(variant.getKey())
                    .isNotEmpty()
                    .allSatisfy(volume -> assertThat(notes).contains(volume));
        }
        assertThat(all)
                .contains("SYS_RESOURCE", "KILL", "DAC_OVERRIDE", "hostPID", "hostNetwork", "shareProcessNamespace")
                .contains("/sys/fs/cgroup", "/var/log/containers", "emptyDir");
    }

    @Test
    void claimNoCapabilityThatIsNotGiven() throws IOException {
        assertThat(Chart.notes(scratch, "")).doesNotContain("KILL", "DAC_OVERRIDE", "emptyDir");
        assertThat(Chart.notes(scratch, "mode: sidecar\n")).doesNotContain("KILL", "SYS_RESOURCE", "NET_ADMIN");
    }

    @Test
    void warnOfGlobsThatNameEveryPod() throws IOException {
        String values = "enforcement: {enabled: true, groups: [\"GLOB\"]}\n";
        assertThat(Chart.notes(scratch, values.replace("GLOB", "/kubepods*/**")))
                .contains("WARNING", "etcd");
        assertThat(Chart.notes(scratch, values.replace("GLOB", "/**"))).contains("WARNING");
        assertThat(Chart.notes(scratch, values.replace("GLOB", "/batch.slice/**")))
                .doesNotContain("WARNING");
    }

    private static PodSpec pod(Manifests manifests) {
        return Stream.concat(
                        manifests.all(DaemonSet.class).stream()
                                .map(one -> one.getSpec().getTemplate()),
                        manifests.all(Deployment.class).stream()
                                .map(one -> one.getSpec().getTemplate()))
                .findFirst()
                .orElseThrow()
                .getSpec();
    }

    /** Capabilities, namespaces of the node or the pod, and places of the node; and state that ends with the pod. */
    private static List<String> rights(PodSpec pod) {
        List<String> rights = new ArrayList<>();
        for (Container one : Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .toList()) {
            if (one.getSecurityContext() != null && one.getSecurityContext().getCapabilities() != null) {
                rights.addAll(one.getSecurityContext().getCapabilities().getAdd());
            }
        }
        for (Volume volume : pod.getVolumes()) {
            if (volume.getHostPath() != null) {
                rights.add(volume.getHostPath().getPath());
            } else if (volume.getName().equals("vigia-state")) {
                rights.add("emptyDir");
            }
        }
        if (Boolean.TRUE.equals(pod.getHostPID())) {
            rights.add("hostPID");
        }
        if (Boolean.TRUE.equals(pod.getHostNetwork())) {
            rights.add("hostNetwork");
        }
        if (Boolean.TRUE.equals(pod.getShareProcessNamespace())) {
            rights.add("shareProcessNamespace");
        }
        return rights;
    }

    /** Secrets and ConfigMaps, as the notes say them. */
    private static List<String> volumes(PodSpec pod) {
        List<String> names = new ArrayList<>();
        for (Volume volume : pod.getVolumes()) {
            if (volume.getSecret() != null) {
                names.add("Secret " + volume.getSecret().getSecretName() + ",");
            } else if (volume.getConfigMap() != null) {
                names.add("ConfigMap " + volume.getConfigMap().getName() + ",");
            }
        }
        return names;
    }
}
