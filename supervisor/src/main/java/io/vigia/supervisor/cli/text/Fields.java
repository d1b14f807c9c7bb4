package io.vigia.supervisor.cli.text;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reading answers of any server version: what is missing or of another type is {@code null} or empty. */
public final class Fields {
    private static final JsonObject NOTHING = new JsonObject();

    private Fields() {}

    public static JsonObject object(@Nullable JsonObject from, String name) {
        return from != null && from.getValue(name) instanceof JsonObject object ? object : NOTHING;
    }

    public static List<JsonObject> objects(@Nullable JsonObject from, String name) {
        return from != null && from.getValue(name) instanceof JsonArray array ? objects(array) : List.of();
    }

    public static List<JsonObject> objects(JsonArray array) {
        return array.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    public static @Nullable String text(@Nullable JsonObject from, String name) {
        return from == null || from.getValue(name) == null
                ? null
                : from.getValue(name).toString();
    }

    public static String text(@Nullable JsonObject from, String name, String otherwise) {
        String text = text(from, name);
        return text == null ? otherwise : text;
    }

    public static @Nullable Number number(@Nullable JsonObject from, String name) {
        return from != null && from.getValue(name) instanceof Number number ? number : null;
    }

    /** The elements of an array, one after the other. */
    public static String joined(@Nullable JsonObject from, String name, String separator) {
        Stream<?> elements =
                from != null && from.getValue(name) instanceof JsonArray array ? array.stream() : Stream.empty();
        return elements.map(String::valueOf).collect(Collectors.joining(separator));
    }
}
