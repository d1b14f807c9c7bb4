package io.vigia.supervisor.api;

import io.vertx.core.http.HttpMethod;
import io.vigia.supervisor.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All routes, and which one a request means. Immutable. */
final class RouteTable {
    private final List<Route> routes;

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    List<Route> routes() {
        return routes;
    }

    /** A route with the raw segments of its names. */
    record Match(Route route, List<String> segments) {}

    /** {@code null} when the path is known but not with this method: see {@link #allowed}. */
    @Nullable
    Match find(HttpMethod method, List<String> rawSegments) {
        HttpMethod wanted = method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
        for (Route route : routes) {
            if (route.method().equals(wanted)) {
                List<String> found = route.match(rawSegments);
                if (found != null) {
                    return new Match(route, found);
                }
            }
        }
        return null;
    }

    /** The methods of a path, sorted; empty when there is no such path. */
    List<String> allowed(List<String> rawSegments) {
        TreeSet<String> methods = new TreeSet<>();
        for (Route route : routes) {
            if (route.match(rawSegments) != null) {
                methods.add(route.method().name());
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        if (!methods.isEmpty()) {
            methods.add("OPTIONS");
        }
        return new ArrayList<>(methods);
    }

    /** What to say where there is no such path. */
    static Problem unknown(List<String> rawSegments) {
        boolean inGroups = rawSegments.size() > 4 && rawSegments.subList(0, 3).equals(List.of("api", "v1", "groups"));
        if (inGroups) {
            return Problem.of(
                    Problem.Kind.NOT_FOUND,
                    "no such path; a group's id is one segment, so write its slashes as %2F: /api/v1/groups/"
                            + String.join("%2F", rawSegments.subList(3, rawSegments.size())));
        }
        return Problem.of(Problem.Kind.NOT_FOUND, "no such path: /" + String.join("/", rawSegments));
    }
}
