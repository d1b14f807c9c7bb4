package io.vigia.helm;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Prometheus does to labels by the actions that are used here; by any other, these tests would have to learn it. */
final class Relabelling {
    private Relabelling() {}

    /**
     * @param steps as the Prometheus operator writes them
     * @return the labels afterwards; empty when they were not kept
     */
    static Map<String, String> apply(List<?> steps, Map<String, String> labels) {
        Map<String, String> now = new TreeMap<>(labels);
        for (Object one : steps) {
            Map<?, ?> step = (Map<?, ?>) one;
            Pattern regex = Pattern.compile(text(step, "regex", "(.*)"));
            String source = sources(step).stream()
                    .map(name -> now.getOrDefault(name, ""))
                    .collect(Collectors.joining(";"));
            Matcher matcher = regex.matcher(source);
            switch (text(step, "action", "replace")) {
                case "replace" -> {
                    if (matcher.matches()) {
                        now.put(text(step, "targetLabel", ""), matcher.replaceFirst(text(step, "replacement", "$1")));
                    }
                }
                case "keep" -> {
                    if (!matcher.matches()) {
                        return Map.of();
                    }
                }
                case "labeldrop" ->
                    now.keySet().removeIf(name -> regex.matcher(name).matches());
                default -> throw new AssertionError("not known here: " + step);
            }
        }
        return now;
    }

    private static List<String> sources(Map<?, ?> step) {
        Object sources = step.get("sourceLabels");
        return sources == null
                ? List.of()
                : ((List<?>) sources).stream().map(Objects::toString).toList();
    }

    private static String text(Map<?, ?> step, String key, String otherwise) {
        Object value = step.get(key);
        return value == null ? otherwise : value.toString();
    }
}
