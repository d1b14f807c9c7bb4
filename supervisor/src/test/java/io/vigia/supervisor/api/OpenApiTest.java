package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    @Test
    void namesEveryRouteAndNoOther() {
        try (Serving serving = new Serving()) {
            Set<String> served = new TreeSet<>();
            for (Route route : serving.face.table().routes()) {
                served.add(route.method().name() + " " + route.template());
            }
            Wire.Reply reply = serving.unix().get("/openapi.yaml");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(documented(reply.body())).isEqualTo(served);
        }
    }

    @Test
    void takesNumbersWithinWhatItDocumentsAndNoOthers() {
        try (Serving serving = new Serving()) {
            Wire unix = serving.unix();
            Map<?, ?> root = map(load(unix.get("/openapi.yaml").body()));
            Set<String> tried = new TreeSet<>();
            map(root.get("paths"))
                    .forEach((path, item) -> map(item).forEach((method, operation) -> {
                        for (Map<?, ?> parameter : parameters(root, map(operation))) {
                            Map<?, ?> schema = map(parameter.get("schema"));
                            if ("query".equals(parameter.get("in")) && schema.get("maximum") instanceof Number most) {
                                String name = String.valueOf(parameter.get("name"));
                                String target = String.valueOf(path)
                                        .replace("{id}", "vigia%2Fdemo")
                                        .replace("{name}", "web")
                                        .concat("?" + name + "=");
                                long least = ((Number) Objects.requireNonNull(schema.get("minimum"))).longValue();
                                tried.add(method + " " + path + " " + name);
                                assertThat(refused(unix, target + most, name))
                                        .as(target + most)
                                        .isFalse();
                                assertThat(refused(unix, target + least, name))
                                        .as(target + least)
                                        .isFalse();
                                long more = most.longValue() + 1;
                                assertThat(refused(unix, target + more, name))
                                        .as(target + more)
                                        .isTrue();
                                long less = least - 1;
                                assertThat(refused(unix, target + less, name))
                                        .as(target + less)
                                        .isTrue();
                            }
                        }
                    }));
            assertThat(tried)
                    .containsExactly(
                            "get /api/v1/decisions limit",
                            "get /api/v1/events limit",
                            "get /api/v1/events/stream limit",
                            "get /api/v1/groups limit",
                            "get /api/v1/groups/{id}/containers/{name}/logs tail");
        }
    }

    private static boolean refused(Wire unix, String target, String field) {
        Wire.Reply reply = unix.get(target);
        return reply.status() == 400 && field.equals(reply.json().getString("field"));
    }

    private static List<Map<?, ?>> parameters(Map<?, ?> root, Map<?, ?> operation) {
        List<Map<?, ?>> all = new ArrayList<>();
        if (operation.get("parameters") instanceof List<?> list) {
            for (Object one : list) {
                @Nullable Object found = map(one);
                if (map(one).get("$ref") instanceof String reference) {
                    found = root;
                    for (String name : reference.substring("#/".length()).split("/", -1)) {
                        found = map(found).get(name);
                    }
                }
                all.add(map(found));
            }
        }
        return all;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Object load(String yaml) {
        return new Load(LoadSettings.builder().build()).loadFromString(yaml);
    }

    private static Set<String> documented(String yaml) {
        Set<String> all = new TreeSet<>();
        Object root = load(yaml);
        if (root instanceof Map<?, ?> document && document.get("paths") instanceof Map<?, ?> paths) {
            paths.forEach((path, item) -> {
                if (item instanceof Map<?, ?> methods) {
                    for (Object method : methods.keySet()) {
                        if (method instanceof String name && METHODS.contains(name)) {
                            all.add(name.toUpperCase(Locale.ROOT) + " " + path);
                        }
                    }
                }
            });
        }
        return all;
    }
}
