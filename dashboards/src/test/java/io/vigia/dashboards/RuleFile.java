package io.vigia.dashboards;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of {@code rules/} as Prometheus reads them. */
final class RuleFile {
    private static final Path FOLDER = Path.of("rules");

    private RuleFile() {}

    /**
     * A rule that records or alerts.
     *
     * @param name of the alert or of the recorded series
     */
    record Rule(String name, boolean alerts, String expr, Map<?, ?> labels, Map<?, ?> annotations) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Rule> all() {
        List<Rule> rules = new ArrayList<>();
        for (Path file : files()) {
            for (Object group : list(yaml(file), "groups")) {
                for (Object rule : list(group, "rules")) {
                    rules.add(rule((Map<?, ?>) rule));
                }
            }
        }
        return rules;
    }

    static Stream<Rule> alerts() {
        return all().stream().filter(Rule::alerts);
    }

    static Stream<Rule> recordings() {
        return all().stream().filter(rule -> !rule.alerts());
    }

    static Object yaml(Path file) {
        try {
            return Objects.requireNonNull(
                    new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)),
                    file + " is empty");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<?> list(Object map, String key) {
        return (List<?>) Objects.requireNonNull(((Map<?, ?>) map).get(key), key);
    }

    private static Rule rule(Map<?, ?> rule) {
        boolean alerts = rule.containsKey("alert");
        return new Rule(
                String.valueOf(rule.get(alerts ? "alert" : "record")),
                alerts,
                String.valueOf(rule.get("expr")).strip(),
                map(rule.get("labels")),
                map(rule.get("annotations")));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value == null ? Map.of() : (Map<?, ?>) value;
    }
}
