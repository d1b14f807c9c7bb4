package io.vigia.supervisor.journal;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, not yet numbered.
 *
 * @param type without the prefix {@code io.vigia.}, one of {@link EventTypes}
 * @param subject the group's id, or {@code null} for the supervisor itself
 * @param data per type, see {@code /asyncapi.yaml}; not changed any more once handed over
 */
public record EventDraft(String type, @Nullable String subject, Instant time, JsonObject data) {}
