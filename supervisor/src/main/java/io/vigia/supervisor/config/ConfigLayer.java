package io.vigia.supervisor.config;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one file, the environment or the flags say. {@code null}: nothing, so that the layer below counts. A list replaces
 * the list below it as a whole.
 */
record ConfigLayer(
        @Nullable List<Glob> observe,
        @Nullable List<Glob> enforce,
        @Nullable List<Glob> protect,
        Config.@Nullable Listen listen,
        @Nullable Path socket,
        @Nullable String socketGroup,
        @Nullable Path stateDir,
        @Nullable CgroupPath parent,
        @Nullable Duration journalMaxAge,
        @Nullable Long journalMaxSizeBytes,
        @Nullable ProcessEvents processEvents,
        @Nullable Path tokens,
        @Nullable Boolean metricsOpen,
        @Nullable List<String> hosts,
        @Nullable List<String> origins) {
    static final ConfigLayer EMPTY =
            new ConfigLayer(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** This one where it says something, else what {@code lower} says. */
    ConfigLayer over(ConfigLayer lower) {
        return new ConfigLayer(
                observe != null ? observe : lower.observe,
                enforce != null ? enforce : lower.enforce,
                protect != null ? protect : lower.protect,
                listen != null ? listen : lower.listen,
                socket != null ? socket : lower.socket,
                socketGroup != null ? socketGroup : lower.socketGroup,
                stateDir != null ? stateDir : lower.stateDir,
                parent != null ? parent : lower.parent,
                journalMaxAge != null ? journalMaxAge : lower.journalMaxAge,
                journalMaxSizeBytes != null ? journalMaxSizeBytes : lower.journalMaxSizeBytes,
                processEvents != null ? processEvents : lower.processEvents,
                tokens != null ? tokens : lower.tokens,
                metricsOpen != null ? metricsOpen : lower.metricsOpen,
                hosts != null ? hosts : lower.hosts,
                origins != null ? origins : lower.origins);
    }

    /** {@code processes.events}: globs, and whether {@code managed} is among them. */
    record ProcessEvents(List<Glob> globs, boolean managed) {
        ProcessEvents {
            globs = List.copyOf(globs);
        }
    }
}
