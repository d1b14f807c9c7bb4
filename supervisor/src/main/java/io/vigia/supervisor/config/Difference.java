package io.vigia.supervisor.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * From one set of named things to another, each list by name.
 *
 * @param changed as they are now
 * @param removed by name
 */
public record Difference<T>(List<T> added, List<T> changed, List<String> removed) {
    public Difference {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
    }

    static <T> Difference<T> between(Map<String, T> before, Map<String, T> after) {
        List<T> added = new ArrayList<>();
        List<T> changed = new ArrayList<>();
        new TreeMap<>(after).forEach((name, one) -> {
            T old = before.get(name);
            if (old == null) {
                added.add(one);
            } else if (!old.equals(one)) {
                changed.add(one);
            }
        });
        List<String> removed = before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .sorted()
                .toList();
        return new Difference<>(added, changed, removed);
    }

    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }
}
