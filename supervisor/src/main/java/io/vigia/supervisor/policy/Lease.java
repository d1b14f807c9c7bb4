package io.vigia.supervisor.policy;

import io.vigia.kernel.model.LimitValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One holder's claim on one file.
 *
 * @param wanted what the holder asked for; what is written depends on the other holders
 * @param since when it was taken
 * @param until ends by itself then; {@code null}: when given back
 */
public record Lease(
        LeaseKey key,
        LeaseHolder holder,
        LeaseIntent intent,
        LimitValue wanted,
        Instant since,
        @Nullable Instant until) {}
