package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vigia.supervisor.api.auth.Role;
import io.vigia.supervisor.model.Problem;
import java.util.List;

/** What the contract names and this version does not do yet: answered with 501, so that nobody takes it for a typing error. */
final class LaterRoutes {
    private LaterRoutes() {}

    static List<Route> routes() {
        return List.of(
                later(HttpMethod.POST, "/api/v1/groups/{id}/containers/{name}/exec", Role.ADMIN),
                later(HttpMethod.POST, "/api/v1/policies/{name}/simulate", Role.VIEWER),
                later(HttpMethod.GET, "/api/v1/networks", Role.VIEWER),
                later(HttpMethod.GET, "/api/v1/images", Role.VIEWER),
                later(HttpMethod.POST, "/api/v1/images", Role.ADMIN),
                later(HttpMethod.DELETE, "/api/v1/images/{name}", Role.ADMIN));
    }

    private static Route later(HttpMethod method, String template, Role needs) {
        Route route = method.equals(HttpMethod.GET)
                ? Route.get(template, LaterRoutes::refuse)
                : Route.change(method, template, needs, LaterRoutes::refuse);
        return route.answering();
    }

    private static Future<Answer> refuse(Exchange exchange) {
        throw Problem.of(
                Problem.Kind.NOT_SUPPORTED_YET,
                exchange.request().method() + " " + exchange.route().template() + " is not supported yet");
    }
}
