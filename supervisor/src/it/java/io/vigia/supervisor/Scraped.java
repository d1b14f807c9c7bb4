package io.vigia.supervisor;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One answer of {@code /metrics} in the text format, taken apart. */
final class Scraped {
    private final Map<String, String> types = new TreeMap<>();
    private final Set<String> helped = new TreeSet<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();

    static Scraped of(RunningNode node) throws Exception {
        return new Scraped(node.request(HttpMethod.GET, "/metrics", null, null).body());
    }

    private Scraped(String text) {
        text.lines().forEach(line -> {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# TYPE ")) {
                types.put(words[2], words[3]);
            } else if (line.startsWith("# HELP ")) {
                helped.add(words[2]);
            } else {
                int space = line.lastIndexOf(' ');
                samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            }
        });
    }

    /** By family, {@code counter}, {@code gauge}… */
    Map<String, String> types() {
        return types;
    }

    Set<String> helped() {
        return helped;
    }

    /** Names and labels of all samples of this name. */
    Set<String> samplesOf(String name) {
        return samples.keySet().stream()
                .filter(sample -> sample.equals(name) || sample.startsWith(name + "{"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The sample of this name with all of these labels, each {@code name="value"}. */
    OptionalDouble value(String name, String... labels) {
        return samplesOf(name).stream()
                .filter(sample -> Arrays.stream(labels).allMatch(sample::contains))
                .mapToDouble(samples::get)
                .findFirst();
    }

    boolean names(String text) {
        return samples.keySet().stream().anyMatch(sample -> sample.contains(text));
    }
}
