package io.vigia.supervisor.api;

import io.vigia.supervisor.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The query of a request: every name known, each given once unless it is a list. */
final class Query {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Query() {}

    /** @param raw what follows the question mark, or {@code null} */
    static Query parse(@Nullable String raw, Set<String> allowed) {
        Query query = new Query();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        for (String part : raw.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = Percent.query(equals < 0 ? part : part.substring(0, equals));
            String value = equals < 0 ? "" : Percent.query(part.substring(equals + 1));
            if (!allowed.contains(name)) {
                throw Problem.of(
                                Problem.Kind.INVALID,
                                "unknown parameter '" + name + "'; "
                                        + (allowed.isEmpty()
                                                ? "none are taken here"
                                                : "known here: " + String.join(", ", new TreeSet<>(allowed))))
                        .atField(name);
            }
            List<String> all = query.values.computeIfAbsent(name, unused -> new ArrayList<>());
            if (!all.isEmpty() && !name.equals("label")) {
                throw Problem.of(Problem.Kind.INVALID, "parameter '" + name + "' is given twice")
                        .atField(name);
            }
            all.add(value);
        }
        return query;
    }

    @Nullable
    String text(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.get(0);
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** {@code true}, {@code false}, or the bare name for true; {@code null} when it is not there. */
    @Nullable
    Boolean flag(String name) {
        String value = text(name);
        return switch (value) {
            case null -> null;
            case "", "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default ->
                throw Problem.of(Problem.Kind.INVALID, "'" + name + "' is true or false, not '" + value + "'")
                        .atField(name);
        };
    }

    boolean isOn(String name) {
        return Boolean.TRUE.equals(flag(name));
    }

    /** A whole number from {@code least} to {@code most}. */
    long number(String name, long least, long most, long otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = value.matches("\\d{1,19}") ? Long.parseLong(value) : -1;
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Past the largest long: refused below like every other number that is too large.
        }
        throw Problem.of(
                        Problem.Kind.INVALID,
                        "'" + name + "' is a whole number from " + least + " to " + most + ", not '" + value + "'")
                .atField(name);
    }
}
