package io.vigia.dashboards;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One file of {@code grafana/}, as Grafana would read it. */
record Dashboard(String file, JsonObject json) {
    private static final Path FOLDER = Path.of("grafana");

    static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Dashboard::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Panel> allPanels() {
        return all().stream().flatMap(dashboard -> dashboard.panels().stream());
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), new JsonObject(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String uid() {
        return json.getString("uid");
    }

    /** Rows are panels too, for Grafana: here they are apart. */
    List<Panel> panels() {
        return objects(json.getJsonArray("panels"))
                .filter(panel -> !panel.getString("type").equals("row"))
                .map(panel -> new Panel(this, panel))
                .toList();
    }

    List<JsonObject> rows() {
        return objects(json.getJsonArray("panels"))
                .filter(panel -> panel.getString("type").equals("row"))
                .toList();
    }

    List<JsonObject> variables() {
        return objects(json.getJsonObject("templating").getJsonArray("list")).toList();
    }

    /** Without Grafana's own. */
    List<JsonObject> annotations() {
        return objects(json.getJsonObject("annotations").getJsonArray("list"))
                .filter(annotation -> !annotation.containsKey("builtIn"))
                .toList();
    }

    /** Everything that is asked of Prometheus, variables apart. */
    List<Query> queries() {
        List<Query> all = new ArrayList<>();
        panels().forEach(panel -> all.addAll(panel.queries()));
        annotations()
                .forEach(annotation -> all.add(new Query(
                        file + ", annotation " + annotation.getString("name"), annotation.getString("expr"))));
        return all;
    }

    static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    @Override
    public String toString() {
        return file;
    }

    /** Something that shows data. */
    record Panel(Dashboard dashboard, JsonObject json) {
        String title() {
            return json.getString("title", "");
        }

        String type() {
            return json.getString("type");
        }

        JsonObject defaults() {
            return json.getJsonObject("fieldConfig").getJsonObject("defaults");
        }

        List<JsonObject> targets() {
            return objects(json.getJsonArray("targets", new JsonArray())).toList();
        }

        List<Query> queries() {
            return targets().stream()
                    .map(target -> new Query(this + " " + target.getString("refId"), target.getString("expr")))
                    .toList();
        }

        @Override
        public String toString() {
            return dashboard.file + ", " + title();
        }
    }

    /**
     * What is asked.
     *
     * @param where to be found by people
     */
    record Query(String where, String expr) {
        @Override
        public String toString() {
            return where;
        }
    }
}
