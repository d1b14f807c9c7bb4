package io.vigia.supervisor.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decision as maps of strings, numbers, booleans and lists, ready for JSON: as the API, the events and the store show it. Pure. */
public final class DecisionMaps {
    private DecisionMaps() {}

    public static Map<String, Object> toMap(Decision d) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", d.id());
        map.put("policy", d.policy());
        map.put("target", d.target().id());
        map.put("cgroupId", d.targetId().inode());
        map.put("time", d.time().toString());
        map.put("mode", word(d.mode()).replace('_', '-'));
        map.put("kind", word(d.kind()));
        if (d.rung() >= 0) {
            map.put("rung", d.rung());
        }
        RungAction action = d.action();
        if (action != null) {
            map.put("action", Sentences.action(action));
        }
        map.put("why", d.why());
        map.put("readings", d.readings().stream().map(DecisionMaps::reading).toList());
        map.put("candidates", d.candidates().stream().map(DecisionMaps::scored).toList());
        map.put("spared", d.spared().stream().map(DecisionMaps::spared).toList());
        map.put("orders", d.orders().stream().map(Explain::order).toList());
        map.put("outcome", outcome(d.outcome()));
        map.put("explanation", Explain.lines(d));
        return map;
    }

    private static Map<String, Object> reading(DetectorReading r) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("detector", r.detector());
        Double value = r.value().orNull();
        if (value != null) {
            map.put("value", value);
        } else {
            map.put("unknown", Readings.whyNot(r.value()));
        }
        map.put("threshold", r.threshold());
        map.put("unit", word(r.unit()));
        map.put("holds", r.holds());
        return map;
    }

    private static Map<String, Object> scored(Scored s) {
        return Map.of("group", s.victim().path().id(), "score", s.score(), "basis", s.basis(), "chosen", s.chosen());
    }

    private static Map<String, Object> spared(Spared s) {
        return Map.of("group", s.victim().path().id(), "reason", word(s.reason()), "why", s.why());
    }

    private static Map<String, Object> outcome(Outcome o) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", word(o.status()));
        map.put("detail", o.detail());
        List<Map<String, Object>> results =
                o.results().stream().map(DecisionMaps::result).toList();
        map.put("results", results);
        put(map, "at", o.at());
        return map;
    }

    private static Map<String, Object> result(Result r) {
        return Map.of("status", word(r.status()), "detail", r.detail());
    }

    private static void put(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value.toString());
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
