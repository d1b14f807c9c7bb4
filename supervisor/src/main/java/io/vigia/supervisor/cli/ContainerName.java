package io.vigia.supervisor.cli;

import org.jspecify.annotations.Nullable;

/** {@code GROUP/CONTAINER}; the group may have slashes of its own. */
record ContainerName(String group, String container) {
    /** @return {@code null} where there is no slash between two names */
    static @Nullable ContainerName parse(String text) {
        int slash = text.lastIndexOf('/');
        return slash < 1 || slash == text.length() - 1
                ? null
                : new ContainerName(text.substring(0, slash), text.substring(slash + 1));
    }
}
