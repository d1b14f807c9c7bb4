package io.vigia.helm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Objects of Kubernetes, each read into its type. */
record Manifests(List<HasMetadata> objects) {
    private static final KubernetesSerialization READER = new KubernetesSerialization();

    Manifests {
        objects = List.copyOf(objects);
    }

    /** Every document of a YAML stream; a key that stands twice is an error. */
    static Manifests parse(String yaml) {
        List<HasMetadata> found = new ArrayList<>();
        LoadSettings settings =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        for (Object document : new Load(settings).loadAllFromString(yaml)) {
            if (document != null) {
                String one = new Dump(DumpSettings.builder().build()).dumpToString(document);
                found.add(READER.unmarshal(one));
            }
        }
        return new Manifests(found);
    }

    /** The only one of that kind. */
    <T extends HasMetadata> T one(Class<T> type) {
        List<T> found = all(type);
        if (found.size() != 1) {
            throw new AssertionError("expected one " + type.getSimpleName() + ", found " + names(found));
        }
        return found.getFirst();
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The only one of a kind of somebody's own. */
    GenericKubernetesResource custom(String kind) {
        List<GenericKubernetesResource> found = all(GenericKubernetesResource.class).stream()
                .filter(one -> one.getKind().equals(kind))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("expected one " + kind + ", found " + names(found));
        }
        return found.getFirst();
    }

    List<String> kinds() {
        return objects.stream().map(HasMetadata::getKind).sorted().toList();
    }

    static String text(Object part) {
        return Serialization.asYaml(part);
    }

    private static List<String> names(List<? extends HasMetadata> objects) {
        return objects.stream()
                .map(one -> one.getKind() + "/" + one.getMetadata().getName())
                .toList();
    }
}
