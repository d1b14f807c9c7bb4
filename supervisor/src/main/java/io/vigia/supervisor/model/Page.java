package io.vigia.supervisor.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a list; {@code next} is opaque and {@code null} at the end. */
public record Page<T>(List<T> items, @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }
}
