package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pods may do, and what they may not. */
class ContainersTest {
    private static PodSpec agent(String values) throws IOException {
        return Chart.render(values).one(DaemonSet.class).getSpec().getTemplate().getSpec();
    }

    private static PodSpec sidecar(String values) throws IOException {
        return Chart.render("mode: sidecar\n" + values)
                .one(Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static Container vigia(PodSpec pod) {
        return Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .filter(one -> one.getName().equals("vigia"))
                .findFirst()
                .orElseThrow();
    }

    private static VolumeMount cgroups(Container container) {
        return container.getVolumeMounts().stream()
                .filter(one -> one.getMountPath().equals("/sys/fs/cgroup"))
                .findFirst()
                .orElseThrow();
    }

    private static String env(Container container, String name) {
        return container.getEnv().stream()
                .filter(one -> one.getName().equals(name))
                .map(EnvVar::getValue)
                .findFirst()
                .orElse("");
    }

    @Test
    void onlyWatchesUnlessToldOtherwise() throws IOException {
        assertThat(Chart.render("").all(ConfigMap.class).getFirst().getData().get("vigia.yaml"))
                .doesNotContain("enforce");
        Container agent = vigia(agent(""));
        assertThat(agent.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(agent.getSecurityContext().getCapabilities().getAdd()).containsExactly("SYS_RESOURCE", "NET_ADMIN");
        assertThat(agent.getSecurityContext().getPrivileged()).isFalse();
        assertThat(agent.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(agent.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    }

    @Test
    void mayEndProcessesOnlyWhileItEnforces() throws IOException {
        String values = "enforcement: {enabled: true, groups: [\"/kubepods*/**\"]}\n";
        assertThat(vigia(agent(values)).getSecurityContext().getCapabilities().getAdd())
                .containsExactly("SYS_RESOURCE", "NET_ADMIN", "KILL", "DAC_OVERRIDE");
        assertThat(Chart.render(values)
                        .all(ConfigMap.class)
                        .getFirst()
                        .getData()
                        .get("vigia.yaml"))
                .contains("enforce:", "- managed", "- /kubepods*/**");
    }

    @Test
    void isNeverItsOwnVictim() throws IOException {
        Container agent = vigia(agent(""));
        assertThat(env(agent, "VIGIA_PROTECT")).endsWith(",pod").contains("kubelet.service");
        assertThat(agent.getEnv().stream()
                        .filter(one -> one.getName().equals("VIGIA_POD_UID"))
                        .map(one -> one.getValueFrom().getFieldRef().getFieldPath()))
                .containsExactly("metadata.uid");
    }

    /** A node must not lose these to a policy, whatever it is made of. */
    @Test
    void protectsWhatANodeStandsOnInTheExampleToo() throws IOException {
        DaemonSet example = Manifests.parse(Files.readString(SourceTree.existing("k8s-examples/agent.yaml")))
                .one(DaemonSet.class);
        assertThat(env(vigia(example.getSpec().getTemplate().getSpec()), "VIGIA_PROTECT"))
                .isEqualTo(env(vigia(agent("")), "VIGIA_PROTECT"))
                .contains(
                        "/kubelet.service",
                        "/containerd.service",
                        "/crio.service",
                        "/docker.service",
                        "/kube-proxy.service");
    }

    /** The pod of {@code helm test} asks over the network, and is none of those that are named. */
    @Test
    void letsItsOwnTestThroughTheNetworkPolicy(@TempDir Path scratch) throws IOException {
        Path chart = scratch.resolve("vigia");
        Chart.copy(chart);
        // The library renders no hooks.
        Path test = chart.resolve("templates/tests/answers.yaml");
        Files.writeString(test, Files.readString(test).replaceAll("(?m)^ +helm.sh/hook.*\n", ""));
        Manifests manifests = Chart.render(chart, """
            agent: {hostNetwork: false}
            networkPolicy:
              enabled: true
              from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
            """);
        var from = manifests
                .one(NetworkPolicy.class)
                .getSpec()
                .getIngress()
                .getFirst()
                .getFrom();
        assertThat(from).hasSize(2);
        var labels = manifests.one(Pod.class).getMetadata().getLabels();
        assertThat(labels.entrySet())
                .containsAll(from.getLast().getPodSelector().getMatchLabels().entrySet());
        assertThat(from.getLast().getNamespaceSelector()).isNull();
        assertThat(from.getLast().getPodSelector().getMatchLabels())
                .containsEntry("app.kubernetes.io/instance", "rel")
                .containsEntry("app.kubernetes.io/component", "test");
        assertThat(Chart.render("mode: sidecar\nnetworkPolicy: {enabled: true}\n")
                        .one(NetworkPolicy.class)
                        .getSpec()
                        .getIngress()
                        .getFirst()
                        .getFrom())
                .isEmpty();
    }

    @Test
    void seesWhatContainersAreCalled() throws IOException {
        assertThat(vigia(agent("")).getVolumeMounts().stream()
                        .filter(one -> Boolean.TRUE.equals(one.getReadOnly()))
                        .map(VolumeMount::getMountPath))
                .contains("/var/log/pods", "/var/log/containers");
    }

    @Test
    void seesTheNodeAsTheModeNeeds() throws IOException {
        PodSpec pod = agent("");
        assertThat(pod.getHostPID()).isTrue();
        assertThat(pod.getHostNetwork()).isTrue();
        assertThat(pod.getDnsPolicy()).isEqualTo("ClusterFirstWithHostNet");
        assertThat(cgroups(vigia(pod)).getReadOnly()).isFalse();
        PodSpec apart = agent("agent: {hostNetwork: false, readOnlyCgroups: true}\n");
        assertThat(apart.getHostNetwork()).isNull();
        assertThat(cgroups(vigia(apart)).getReadOnly()).isTrue();
    }

    @Test
    void asASidecarIsNobodyAndSeesItsPodAlone() throws IOException {
        PodSpec pod = sidecar("");
        Container vigia = vigia(pod);
        assertThat(pod.getInitContainers()).extracting(Container::getName).containsExactly("vigia-check", "vigia");
        assertThat(vigia.getRestartPolicy()).isEqualTo("Always");
        assertThat(pod.getShareProcessNamespace()).isTrue();
        assertThat(pod.getHostPID()).isNull();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(env(vigia, "VIGIA_OBSERVE")).isEqualTo("pod");
        assertThat(env(vigia, "VIGIA_ENFORCE")).isEmpty();
        assertThat(vigia.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(vigia.getSecurityContext().getRunAsUser()).isEqualTo(65_532);
        assertThat(vigia.getSecurityContext().getCapabilities().getAdd()).isEmpty();
        assertThat(cgroups(vigia).getReadOnly()).isTrue();
    }

    @Test
    void asAnEnforcingSidecarHasOneCapability() throws IOException {
        Container vigia = vigia(sidecar("enforcement: {enabled: true}\n"));
        assertThat(env(vigia, "VIGIA_ENFORCE")).isEqualTo("pod");
        assertThat(vigia.getSecurityContext().getRunAsUser()).isZero();
        assertThat(vigia.getSecurityContext().getCapabilities().getAdd()).containsExactly("KILL");
        assertThat(cgroups(vigia).getReadOnly()).isFalse();
    }

    @Test
    void isAskedForItsHealth() throws IOException {
        for (Container vigia : List.of(vigia(agent("")), vigia(sidecar("")))) {
            assertThat(vigia.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
            assertThat(vigia.getStartupProbe().getHttpGet().getPath()).isEqualTo("/livez");
            assertThat(vigia.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
            assertThat(vigia.getLifecycle()).isNull();
        }
        assertThat(vigia(agent("preStopSleepSeconds: 4\n"))
                        .getLifecycle()
                        .getPreStop()
                        .getSleep()
                        .getSeconds())
                .isEqualTo(4);
    }

    @Test
    void mountsNothingThatIsNotThere() throws IOException {
        for (String values : Variants.all().values()) {
            Manifests manifests = Chart.render(values);
            PodSpec pod = values.startsWith("mode: agent")
                    ? manifests.one(DaemonSet.class).getSpec().getTemplate().getSpec()
                    : manifests.one(Deployment.class).getSpec().getTemplate().getSpec();
            List<String> volumes =
                    pod.getVolumes().stream().map(Volume::getName).toList();
            assertThat(volumes).doesNotHaveDuplicates();
            for (Container container : pod.getInitContainers()) {
                assertThat(container.getVolumeMounts())
                        .allSatisfy(one -> assertThat(volumes).contains(one.getName()));
            }
            assertThat(vigia(pod).getVolumeMounts())
                    .extracting(VolumeMount::getMountPath)
                    .doesNotHaveDuplicates();
        }
    }
}
