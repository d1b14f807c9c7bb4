package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/**
 * An answer on its way to its client. The request's event loop.
 *
 * @param over completes once the answer was written to its end, or its connection has ended
 */
record Delivery(HttpServerRequest request, Future<Void> over) {}
