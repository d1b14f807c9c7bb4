package io.vigia.supervisor.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class AsyncApiTest {
    @Test
    void describesEveryTypeAndNoOther() throws Exception {
        Map<?, ?> document = document();
        Map<?, ?> components = map(document, "components");
        Map<?, ?> channel = map(map(document, "channels"), "events");
        Set<Object> schemas = new TreeSet<>(map(components, "schemas").keySet());
        schemas.removeAll(Set.of("Note", "Numbered", "NamesChanged"));
        Set<Object> types = types();
        assertThat(schemas).isEqualTo(types);
        assertThat(new TreeSet<Object>(map(components, "messages").keySet())).isEqualTo(types);
        assertThat(new TreeSet<Object>(map(channel, "messages").keySet())).isEqualTo(types);
    }

    private static Set<Object> types() throws IllegalAccessException {
        Set<Object> types = new TreeSet<>();
        for (Field field : EventTypes.class.getFields()) {
            if (field.getType() == String.class && !field.getName().equals("PREFIX")) {
                types.add(Objects.requireNonNull(field.get(null)));
            }
        }
        return types;
    }

    private static Map<?, ?> document() throws Exception {
        try (InputStream in =
                Objects.requireNonNull(AsyncApiTest.class.getClassLoader().getResourceAsStream("asyncapi.yaml"))) {
            return (Map<?, ?>)
                    Objects.requireNonNull(new Load(LoadSettings.builder().build()).loadFromInputStream(in));
        }
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return (Map<?, ?>) Objects.requireNonNull(parent.get(key));
    }
}
