package io.vigia.supervisor.cli.client;

import org.jspecify.annotations.Nullable;

/** The part of an address behind the question mark; what is {@code null} or false is left out. */
public final class Query {
    private final StringBuilder text;
    private char separator = '?';

    public Query(String path) {
        text = new StringBuilder(path);
    }

    public Query with(String name, @Nullable Object value) {
        if (value != null && !Boolean.FALSE.equals(value)) {
            text.append(separator).append(name).append('=').append(Paths.segment(value.toString()));
            separator = '&';
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
