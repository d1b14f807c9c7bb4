package io.vigia.supervisor.config;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.List;
import java.util.Map;

/**
 * A managed group as its manifest wants it, validated.
 *
 * @param name one cgroup name: letters, digits, {@code . _ -}, not starting with a dot, at most 63
 * @param text the manifest as it was given, in JSON, for {@code GET} and for the store
 */
public record GroupSpec(
        String name,
        Map<String, String> labels,
        Map<LimitFile, LimitValue> limits,
        List<ContainerSpec> containers,
        String text) {
    public GroupSpec {
        labels = Map.copyOf(labels);
        limits = Map.copyOf(limits);
        containers = List.copyOf(containers);
    }
}
