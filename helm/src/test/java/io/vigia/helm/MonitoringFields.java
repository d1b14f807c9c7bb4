package io.vigia.helm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fields that are used of monitoring.coreos.com/v1, by the Prometheus operator's API reference. */
final class MonitoringFields {
    private static final String ENDPOINT =
            "(port|path|interval|scrapeTimeout|honorLabels|authorization|authorization\\.(type|credentials|credentials\\.(name|key))"
                + "|(relabelings|metricRelabelings)(\\[])?|(relabelings|metricRelabelings)\\[]\\.(sourceLabels|sourceLabels\\[]|targetLabel|regex"
                + "|replacement|action|separator|modulus))";
    private static final String MONITOR = "selector|selector\\.matchLabels|selector\\.matchLabels\\.[^.]+(\\.[^.]+)*"
            + "|namespaceSelector|namespaceSelector\\.(any|matchNames|matchNames\\[])";

    private static final Map<String, Pattern> KNOWN = Map.of(
            "ServiceMonitor", Pattern.compile(MONITOR + "|endpoints|endpoints\\[]|endpoints\\[]\\." + ENDPOINT),
            "PodMonitor",
                    Pattern.compile(MONITOR + "|podMetricsEndpoints|podMetricsEndpoints\\[]|podMetricsEndpoints\\[]\\."
                            + ENDPOINT),
            "PrometheusRule",
                    Pattern.compile(
                            "groups|groups\\[]|groups\\[]\\.(name|interval|limit|rules|rules\\[]|rules\\[]\\.(alert|record|expr|for"
                                + "|keep_firing_for|labels|labels\\..+|annotations|annotations\\..+))"));

    private MonitoringFields() {}

    static void unknown(GenericKubernetesResource custom, List<String> found) {
        String kind = custom.getKind();
        Pattern known = KNOWN.get(kind);
        if (known == null || !custom.getApiVersion().equals("monitoring.coreos.com/v1")) {
            found.add(custom.getApiVersion() + "/" + kind);
            return;
        }
        Set<String> others = custom.getAdditionalProperties().keySet().stream()
                .filter(key -> !key.equals("spec"))
                .collect(Collectors.toSet());
        found.addAll(others);
        Object spec = custom.getAdditionalProperties().get("spec");
        if (spec == null) {
            found.add(kind + " without spec");
            return;
        }
        walk(spec, "", kind, known, found);
    }

    private static void walk(Object part, String path, String kind, Pattern known, List<String> found) {
        if (!path.isEmpty() && !known.matcher(path).matches()) {
            found.add(kind + ".spec." + path);
            return;
        }
        if (part instanceof Map<?, ?> map) {
            map.forEach((key, value) ->
                    walk(value, path.isEmpty() ? key.toString() : path + "." + key, kind, known, found));
        } else if (part instanceof Collection<?> items) {
            items.forEach(item -> walk(item, path + "[]", kind, known, found));
        }
    }
}
