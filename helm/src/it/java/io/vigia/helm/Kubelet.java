package io.vigia.helm;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What kubelet does with a pod's manifest: it lays out the volumes, and tells the runtime what each container is. */
final class Kubelet {
    private static final int READABLE = 0644;

    private final Path volumes;
    private final Manifests manifests;
    /** By the volume's name: its place on this machine; without one it is in memory. */
    private final Map<String, Path> places = new HashMap<>();

    private final List<String> inMemory = new ArrayList<>();

    /**
     * @param volumes where they are laid out
     * @param manifests have the ConfigMaps and Secrets that the pod names
     */
    Kubelet(Path volumes, Manifests manifests, PodSpec pod) throws IOException {
        this.volumes = volumes;
        this.manifests = manifests;
        for (Volume volume : pod.getVolumes()) {
            if (volume.getEmptyDir() != null) {
                inMemory.add(volume.getName());
            } else {
                places.put(volume.getName(), layOut(volume));
            }
        }
    }

    private Path layOut(Volume volume) throws IOException {
        if (volume.getHostPath() != null) {
            return Path.of(volume.getHostPath().getPath());
        }
        Path place = volumes.resolve(volume.getName());
        if (volume.getConfigMap() != null) {
            Map<String, String> files = manifests.all(ConfigMap.class).stream()
                    .filter(one -> one.getMetadata()
                            .getName()
                            .equals(volume.getConfigMap().getName()))
                    .findFirst()
                    .orElseThrow()
                    .getData();
            new KubeletVolume(place).write(files, READABLE);
        } else if (volume.getSecret() != null) {
            Map<String, String> data = manifests.one(Secret.class).getStringData();
            Map<String, String> files = new HashMap<>();
            volume.getSecret()
                    .getItems()
                    .forEach(item -> files.put(item.getPath(), Objects.requireNonNull(data.get(item.getKey()))));
            new KubeletVolume(place).write(files, volume.getSecret().getDefaultMode());
        } else {
            throw new AssertionError("a volume not known here: " + Manifests.text(volume));
        }
        return place;
    }

    /**
     * @param entrypoint of the image
     * @param imageEnvironment lines {@code NAME=value}
     */
    ContainerConfig config(Container container, List<String> entrypoint, List<String> imageEnvironment)
            throws IOException {
        SecurityContext security = container.getSecurityContext();
        if (security.getAllowPrivilegeEscalation()
                || !security.getReadOnlyRootFilesystem()
                || !security.getCapabilities().getDrop().equals(List.of("ALL"))) {
            throw new AssertionError("more than a container is given here: " + Manifests.text(security));
        }
        List<String> arguments = new ArrayList<>(entrypoint);
        arguments.addAll(container.getArgs());
        List<String> environment = new ArrayList<>(imageEnvironment);
        container.getEnv().forEach(one -> environment.add(one.getName() + "=" + value(one)));
        List<Map<String, Object>> mounts = new ArrayList<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            mounts.add(mount(mount));
        }
        return new ContainerConfig(
                arguments,
                environment,
                security.getRunAsUser(),
                security.getRunAsGroup(),
                security.getCapabilities().getAdd().stream()
                        .map(name -> "CAP_" + name)
                        .toList(),
                mounts);
    }

    private static String value(EnvVar variable) {
        if (variable.getValueFrom() == null) {
            return Objects.requireNonNullElse(variable.getValue(), "");
        }
        String field = variable.getValueFrom().getFieldRef().getFieldPath();
        if (!field.equals("metadata.uid")) {
            throw new AssertionError("a field not known here: " + field);
        }
        return Pod.UID;
    }

    private Map<String, Object> mount(VolumeMount mount) throws IOException {
        if (inMemory.contains(mount.getName())) {
            return Pod.mount(mount.getMountPath(), "tmpfs", List.of("mode=777"));
        }
        Path place = Objects.requireNonNull(places.get(mount.getName()), mount.getName());
        // Of a part of a volume kubelet mounts what the links lead to.
        Path source = mount.getSubPath() == null
                ? place
                : place.resolve(mount.getSubPath()).toRealPath();
        return Map.of(
                "destination",
                mount.getMountPath(),
                "type",
                "bind",
                "source",
                source.toString(),
                "options",
                Boolean.TRUE.equals(mount.getReadOnly()) ? List.of("rbind", "ro", "rro") : List.of("rbind", "rw"));
    }
}
