package io.vigia.supervisor.config;

import io.vigia.supervisor.policy.PolicySpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** All files together, by name. Where two files name the same, the first file counts. */
record ManifestSet(Map<String, GroupSpec> groups, Map<String, PolicySpec> policies) {
    static ManifestSet of(SortedMap<String, Manifests.Result> files, List<Diagnostic> diagnostics) {
        Map<String, GroupSpec> groups = new HashMap<>();
        Map<String, PolicySpec> policies = new HashMap<>();
        Map<String, String> places = new HashMap<>();
        files.forEach((file, result) -> {
            for (GroupSpec group : result.groups()) {
                if (isFirst(Manifests.KIND_GROUP, group.name(), file, places, diagnostics)) {
                    groups.put(group.name(), group);
                }
            }
            for (PolicySpec policy : result.policies()) {
                if (isFirst(Manifests.KIND_POLICY, policy.name(), file, places, diagnostics)) {
                    policies.put(policy.name(), policy);
                }
            }
        });
        return new ManifestSet(groups, policies);
    }

    private static boolean isFirst(
            String kind, String name, String file, Map<String, String> places, List<Diagnostic> diagnostics) {
        String first = places.putIfAbsent(kind + " " + name, file);
        if (first != null) {
            diagnostics.add(new Diagnostic(
                    file,
                    Position.NONE,
                    "metadata.name",
                    kind + " '" + name + "' is in " + first + " already, which counts: rename or remove one of them"));
        }
        return first == null;
    }
}
