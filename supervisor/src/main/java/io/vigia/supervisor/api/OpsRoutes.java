package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.api.json.ViewJson;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Health, metrics, version and the documents that describe this face. */
final class OpsRoutes {
    private final Control control;
    private final MetricsSource metrics;
    private final Version version;
    private final boolean metricsOpen;

    OpsRoutes(Control control, MetricsSource metrics, Version version, boolean metricsOpen) {
        this.control = control;
        this.metrics = metrics;
        this.version = version;
        this.metricsOpen = metricsOpen;
    }

    List<Route> routes() {
        Route scrape = Route.get("/metrics", this::metrics).answering();
        return List.of(
                Route.get("/livez", this::live).openToAll().answering(),
                Route.get("/readyz", this::ready).openToAll().answering(),
                metricsOpen ? scrape.openToAll() : scrape,
                Route.get("/version", exchange -> Future.succeededFuture(Answer.ok(version.json()))),
                document("/openapi.yaml", "application/yaml"),
                document("/asyncapi.yaml", "application/yaml"),
                document("/schemas/group.json", "application/schema+json"),
                document("/schemas/policy.json", "application/schema+json"),
                document("/schemas/config.json", "application/schema+json"));
    }

    private Future<Answer> live(Exchange exchange) {
        return Future.succeededFuture(Answer.text(200, "text/plain; charset=utf-8", "ok\n"));
    }

    /** Whoever may not read more is told only which checks are how: details name paths and what this host lacks. */
    private Future<Answer> ready(Exchange exchange) {
        boolean inFull = exchange.principal().role() != null;
        return control.readiness().map(all -> {
            JsonObject checks = new JsonObject();
            boolean ready = true;
            for (Map.Entry<String, Support> one : new TreeMap<>(all).entrySet()) {
                ready &= one.getValue().usable();
                if (!(one.getValue() instanceof Support.Available)) {
                    JsonObject check = ViewJson.support(one.getValue());
                    checks.put(
                            one.getKey(), inFull ? check : new JsonObject().put("status", check.getString("status")));
                }
            }
            return Answer.json(
                    ready ? 200 : 503, new JsonObject().put("ready", ready).put("checks", checks));
        });
    }

    private Future<Answer> metrics(Exchange exchange) {
        return metrics.scrape(exchange.request().getHeader("Accept"))
                .map(text -> new Answer(200, text.contentType(), text.body(), Map.of()));
    }

    private static Route document(String path, String mediaType) {
        byte[] bytes = resource(path);
        return Route.get(path, exchange -> {
                    if (bytes == null) {
                        throw Problem.of(Problem.Kind.NOT_FOUND, path + " is not part of this build");
                    }
                    return Future.succeededFuture(new Answer(200, mediaType, Buffer.buffer(bytes), Map.of()));
                })
                .answering();
    }

    private static byte @Nullable [] resource(String path) {
        try (InputStream in = OpsRoutes.class.getResourceAsStream(path)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            return null;
        }
    }
}
