package io.vigia.supervisor.config;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code kind: Group}. */
final class GroupReader {
    private GroupReader() {}

    /** {@code null} when there are findings. */
    static @Nullable GroupSpec read(Fields document, String text) {
        Findings findings = document.findings();
        int before = findings.count();
        String name = null;
        Map<String, String> labels = Map.of();
        if (document.require("metadata", "metadata: {name: web}") != null) {
            Fields metadata = document.mapping("metadata");
            if (metadata != null) {
                name = SpecReader.name(metadata, "name: web", Names::whatIsWrongForCgroup);
                labels = metadata.texts("labels", Names::whatIsWrongForLabel);
                metadata.done();
            }
        }
        Map<LimitFile, LimitValue> limits = Map.of();
        List<ContainerSpec> containers = new ArrayList<>();
        Fields spec = document.require("spec", "spec: {containers: [{name: main, command: [sleep, infinity]}]}") == null
                ? null
                : document.mapping("spec");
        if (spec != null) {
            limits = SpecReader.limits(spec);
            LaterFields.ofGroup(spec);
            containers(spec, containers);
            spec.done();
        }
        document.done();
        return name == null || findings.count() > before ? null : new GroupSpec(name, labels, limits, containers, text);
    }

    private static void containers(Fields spec, List<ContainerSpec> containers) {
        List<Fields.Item> items = spec.items("containers");
        Set<String> names = new HashSet<>();
        for (Fields.Item item : items) {
            Fields fields = Fields.of(item.tree(), item.path(), spec.findings());
            ContainerSpec container = fields == null ? null : ContainerReader.read(fields);
            if (fields != null && container != null) {
                if (!names.add(container.name())) {
                    fields.add("a second container is named '" + container.name() + "': names are unique in a group");
                }
                containers.add(container);
            }
        }
        // A container that could not be read would make the dependencies on it look wrong as well.
        if (containers.size() == items.size()) {
            Dependencies.check(containers, items, spec.findings());
        }
    }
}
