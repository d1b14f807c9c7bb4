package io.vigia.supervisor.cli.text;

import static io.vigia.supervisor.cli.text.Fields.number;
import static io.vigia.supervisor.cli.text.Fields.object;
import static io.vigia.supervisor.cli.text.Fields.text;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code describe}: limits, usage, pressure, events and last decisions of a group on one page. */
public final class GroupPage {
    private GroupPage() {}

    /**
     * The page's lines.
     *
     * @param events the last ones, oldest first
     * @param decisions the last ones, newest first
     */
    public static List<String> lines(
            JsonObject g, List<JsonObject> containers, List<JsonObject> events, List<JsonObject> decisions) {
        List<String> lines = new ArrayList<>();
        lines.add(text(g, "id", "?") + ": " + text(g, "state", "?") + ", made by " + text(g, "engine", "?")
                + (g.getValue("managed") == Boolean.TRUE ? ", managed" : ", observed"));
        lines.add("  path " + text(g, "path", "?") + ", cgroup " + text(g, "cgroupId", "unknown") + ", "
                + text(g, "hierarchy", "?") + " hierarchy, controllers " + Fields.joined(g, "controllers", " "));
        JsonObject labels = object(g, "labels");
        if (!labels.isEmpty()) {
            lines.add("  labels "
                    + labels.fieldNames().stream()
                            .map(name -> name + "=" + labels.getValue(name))
                            .collect(Collectors.joining(" ")));
        }
        lines.add("Limits");
        JsonObject limits = object(g, "limits");
        limits.fieldNames().forEach(file -> lines.add(entry(file, Units.limit(file, limits.getValue(file)))));
        lines.add("Usage");
        JsonObject usage = object(g, "usage");
        usage.fieldNames().forEach(name -> lines.add(entry(name, usage(name, usage.getValue(name)))));
        lines.add(entry("processes", text(g, "processes", "unknown")));
        lines.add("Pressure (avg10 avg60 avg300)");
        JsonObject pressure = object(g, "pressure");
        for (String resource : pressure.fieldNames()) {
            lines.add(entry(resource, stalls(object(pressure, resource))));
        }
        lines.add("Kernel events");
        JsonObject counts = object(g, "events");
        counts.fieldNames().forEach(name -> lines.add(entry(name, counts(object(counts, name)))));
        table(lines, "Containers", Listings.of("containers", containers, false));
        lines.add("Last events" + (events.isEmpty() ? ": none" : ""));
        events.forEach(e -> lines.add("  " + EventLine.of(e)));
        table(lines, "Last decisions", Listings.of("decisions", decisions, false));
        return lines.stream().map(Escape::text).toList();
    }

    private static void table(List<String> lines, String name, Table table) {
        if (!table.isEmpty()) {
            lines.add(name);
            table.lines().forEach(line -> lines.add("  " + line));
        }
    }

    private static String entry(String name, String value) {
        return "  " + name + " ".repeat(Math.max(1, 22 - name.length())) + (value.isEmpty() ? "unknown" : value);
    }

    private static String usage(String name, @org.jspecify.annotations.Nullable Object value) {
        if (name.endsWith("Usec")) {
            return Units.micros(value);
        }
        return name.startsWith("memory.") || name.endsWith("Bytes")
                ? Units.bytes(value)
                : value == null ? "" : value.toString();
    }

    private static String stalls(JsonObject of) {
        return of.fieldNames().stream()
                .filter(kind -> of.getValue(kind) instanceof JsonObject)
                .map(kind -> kind + " " + averages(object(of, kind)))
                .collect(Collectors.joining("   "));
    }

    private static String averages(JsonObject stall) {
        return Units.percent(number(stall, "avg10")) + " " + Units.percent(number(stall, "avg60")) + " "
                + Units.percent(number(stall, "avg300"));
    }

    private static String counts(JsonObject of) {
        return of.fieldNames().stream()
                .map(name -> name + " " + (of.getValue(name) == null ? "unknown" : of.getValue(name)))
                .collect(Collectors.joining("  "));
    }
}
