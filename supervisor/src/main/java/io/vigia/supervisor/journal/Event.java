package io.vigia.supervisor.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A numbered event as it stands in the journal.
 *
 * @param sequence from 1, without holes
 * @param json the CloudEvents 1.0 JSON text, made once, as every client gets it
 */
public record Event(long sequence, String type, @Nullable String subject, Instant time, String json) {}
