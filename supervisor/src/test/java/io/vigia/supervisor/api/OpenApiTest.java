package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    private static Set<String> documented(String yaml) {
        Set<String> all = new TreeSet<>();
        Object root = new Load(LoadSettings.builder().build()).loadFromString(yaml);
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
