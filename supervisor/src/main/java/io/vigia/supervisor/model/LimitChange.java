package io.vigia.supervisor.model;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of several limits, all or nothing.
 *
 * @param values in {@link LimitFile}'s order; an empty value asks for the kernel's default
 * @param ifMatch entity tags, of which one must still hold; {@code null}: any will do
 * @param ttl gives the old values back after this long, or {@code null}
 * @param force also where it would kill
 */
public record LimitChange(
        Map<LimitFile, Optional<LimitValue>> values,
        @Nullable Set<String> ifMatch,
        @Nullable Duration ttl,
        boolean force,
        boolean dryRun) {
    public LimitChange {
        EnumMap<LimitFile, Optional<LimitValue>> copy = new EnumMap<>(LimitFile.class);
        copy.putAll(values);
        values = Collections.unmodifiableMap(copy);
        ifMatch = ifMatch == null ? null : Set.copyOf(ifMatch);
    }
}
