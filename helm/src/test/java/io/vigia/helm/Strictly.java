package io.vigia.helm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What of an object its type does not know. fabric8's types keep unknown fields, and values of the wrong type, in a map of
 * their own in each part; a cluster would refuse or drop them.
 */
final class Strictly {
    private static final String UNKNOWN = "additionalProperties";

    private Strictly() {}

    /** Dotted paths; empty: all is known. */
    static List<String> unknown(HasMetadata object) {
        List<String> found = new ArrayList<>();
        if (object instanceof GenericKubernetesResource custom) {
            MonitoringFields.unknown(custom, found);
        } else {
            walk(object, object.getKind(), found);
        }
        return found;
    }

    private static void walk(Object part, String path, List<String> found) {
        if (part instanceof Collection<?> items) {
            int index = 0;
            for (Object item : items) {
                walk(item, path + "[" + index++ + "]", found);
            }
        } else if (part instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (value != null) {
                    walk(value, path + "." + key, found);
                }
            });
        } else if (part.getClass().getName().startsWith("io.fabric8.")) {
            for (Class<?> type = part.getClass(); type != Object.class; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    field(part, field, path, found);
                }
            }
        }
    }

    private static void field(Object part, Field field, String path, List<String> found) {
        if (Modifier.isStatic(field.getModifiers()) || part.getClass().isEnum()) {
            return;
        }
        Object value;
        try {
            field.setAccessible(true);
            value = field.get(part);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        if (value == null) {
            return;
        }
        if (field.getName().equals(UNKNOWN)) {
            ((Map<?, ?>) value).keySet().forEach(key -> found.add(path + "." + key));
        } else {
            walk(value, path + "." + field.getName(), found);
        }
    }
}
