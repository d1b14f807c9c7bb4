package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vigia.supervisor.api.auth.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One method of one path.
 *
 * @param template as in the OpenAPI document, {@code /api/v1/groups/{id}}
 * @param needs {@code null}: open to everybody
 * @param query parameters that it takes
 * @param consumes media types of the body; empty: it takes none
 * @param produces media types it can answer with, the preferred one first; empty: any Accept will do
 */
record Route(
        HttpMethod method,
        String template,
        @Nullable Role needs,
        Set<String> query,
        List<String> consumes,
        List<String> produces,
        Handler handler) {
    private static final List<String> JSON = List.of("application/json");

    Route {
        query = Set.copyOf(query);
        consumes = List.copyOf(consumes);
        produces = List.copyOf(produces);
    }

    /** Answers; on the event loop of the connection, so never blocking. */
    @FunctionalInterface
    interface Handler {
        Future<Answer> handle(Exchange exchange);
    }

    /** Reads JSON. */
    static Route get(String template, Handler handler) {
        return new Route(HttpMethod.GET, template, Role.VIEWER, Set.of(), List.of(), JSON, handler);
    }

    /** Changes something, and can say beforehand what it would do. */
    static Route change(HttpMethod method, String template, Role needs, Handler handler) {
        return new Route(method, template, needs, Set.of("dryRun"), List.of(), JSON, handler);
    }

    Route taking(String... parameters) {
        Set<String> all = new HashSet<>(query);
        all.addAll(List.of(parameters));
        return new Route(method, template, needs, all, consumes, produces, handler);
    }

    Route reading(List<String> mediaTypes) {
        return new Route(method, template, needs, query, mediaTypes, produces, handler);
    }

    Route answering(String... mediaTypes) {
        return new Route(method, template, needs, query, consumes, List.of(mediaTypes), handler);
    }

    Route openToAll() {
        return new Route(method, template, null, query, consumes, produces, handler);
    }

    boolean isChange() {
        return !method.equals(HttpMethod.GET);
    }

    /** The raw segments that stand where the template has names, or {@code null} when it is another path. */
    @Nullable
    List<String> match(List<String> rawSegments) {
        String[] wanted = template.substring(1).split("/", -1);
        if (wanted.length != rawSegments.size()) {
            return null;
        }
        List<String> found = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                found.add(rawSegments.get(i));
            } else if (!wanted[i].equals(rawSegments.get(i))) {
                return null;
            }
        }
        return found;
    }
}
