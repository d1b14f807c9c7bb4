package io.vigia.supervisor.config;

import io.vigia.supervisor.config.ContainerSpec.Dependency;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code depends_on}: names that exist, and no circle, which would wait for ever. */
final class Dependencies {
    private Dependencies() {}

    /** @param items where the containers stand, in the same order */
    static void check(List<ContainerSpec> containers, List<Fields.Item> items, Findings findings) {
        Map<String, ContainerSpec> byName = new LinkedHashMap<>();
        containers.forEach(container -> byName.putIfAbsent(container.name(), container));
        Set<String> reported = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            ContainerSpec container = containers.get(i);
            Fields.Item item = items.get(i);
            for (Dependency dependency : container.dependsOn()) {
                if (!byName.containsKey(dependency.container())) {
                    findings.add(
                            item.tree().at(),
                            item.path() + ".depends_on",
                            "container '" + dependency.container() + "' is not in this group: "
                                    + Suggestion.of(dependency.container(), byName.keySet()));
                }
            }
            List<String> circle = circle(container, byName);
            if (circle != null && reported.add(container.name())) {
                reported.addAll(circle);
                findings.add(
                        item.tree().at(),
                        item.path() + ".depends_on",
                        "waits for itself (" + String.join(" → ", circle) + "): remove one of these dependencies");
            }
        }
    }

    /** From the container back to itself, or {@code null}. */
    private static @Nullable List<String> circle(ContainerSpec start, Map<String, ContainerSpec> byName) {
        Map<String, String> cameFrom = new LinkedHashMap<>();
        List<String> open = new ArrayList<>(List.of(start.name()));
        while (!open.isEmpty()) {
            String name = open.removeLast();
            ContainerSpec container = byName.get(name);
            for (Dependency dependency : container == null ? List.<Dependency>of() : container.dependsOn()) {
                if (dependency.container().equals(start.name())) {
                    return back(start.name(), name, cameFrom);
                }
                if (cameFrom.putIfAbsent(dependency.container(), name) == null) {
                    open.add(dependency.container());
                }
            }
        }
        return null;
    }

    private static List<String> back(String start, String last, Map<String, String> cameFrom) {
        List<String> circle = new ArrayList<>(List.of(start));
        for (String name = last; name != null && !name.equals(start); name = cameFrom.get(name)) {
            circle.add(1, name);
        }
        circle.add(start);
        return circle;
    }
}
