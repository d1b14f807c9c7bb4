package io.vigia.supervisor.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The flags of {@code vigia serve}, as they were typed; {@code null}: not given.
 *
 * @param config instead of {@code /etc/vigia/vigia.yaml}; must exist
 */
public record Overrides(
        @Nullable Path config,
        @Nullable String listen,
        @Nullable String socket,
        @Nullable String stateDir,
        @Nullable String parent) {
    /** No flags. */
    public static final Overrides NONE = new Overrides(null, null, null, null, null);
}
