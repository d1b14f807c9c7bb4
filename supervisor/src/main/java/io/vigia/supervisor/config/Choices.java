package io.vigia.supervisor.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Enum constants under their names in documents: {@code ON_FAILURE} is {@code on-failure}. */
final class Choices {
    private Choices() {}

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException naming what would do */
    static <E extends Enum<E>> E of(Class<E> type, String text) {
        E[] all = type.getEnumConstants();
        for (E constant : all) {
            if (name(constant).equals(text)) {
                return constant;
            }
        }
        List<String> names = Arrays.stream(all).map(Choices::name).toList();
        throw new IllegalArgumentException("'" + text + "' is not one of " + String.join(", ", names)
                + Suggestion.nearest(text, names)
                        .map(word -> ": did you mean '" + word + "'?")
                        .orElse(""));
    }
}
