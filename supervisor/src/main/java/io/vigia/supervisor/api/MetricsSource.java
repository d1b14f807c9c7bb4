package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Where {@code /metrics} comes from. Any thread; never blocks. */
@FunctionalInterface
public interface MetricsSource {
    /** @param accept the request's Accept header, or {@code null} */
    Future<Exposition> scrape(@Nullable String accept);

    /** @param contentType with version and charset, never empty: Prometheus 3 refuses an answer without */
    record Exposition(String contentType, Buffer body) {}
}
