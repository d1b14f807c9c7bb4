package io.vigia.supervisor.api;

import static io.vertx.core.http.HttpMethod.POST;

import io.vertx.core.Future;
import io.vigia.supervisor.api.Control.ContainerOperation;
import io.vigia.supervisor.api.auth.Role;
import io.vigia.supervisor.api.json.ViewJson;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Containers of a managed group, and their output. */
final class ContainerRoutes {
    private static final String CONTAINERS = "/api/v1/groups/{id}/containers";
    private static final String ONE = CONTAINERS + "/{name}";
    private static final long MOST_LINES = 1_000_000_000;
    private static final long ALL = -1;

    private final Control control;
    private final Fields fields;
    private final StreamRoom room;

    ContainerRoutes(Control control, Grammar grammar, StreamRoom room) {
        this.control = control;
        this.fields = new Fields(grammar);
        this.room = room;
    }

    List<Route> routes() {
        return List.of(
                Route.get(CONTAINERS, this::list),
                Route.get(ONE, this::show),
                operation(ContainerOperation.START),
                operation(ContainerOperation.STOP),
                operation(ContainerOperation.RESTART),
                Route.change(POST, ONE + "/kill", Role.OPERATOR, this::kill).reading(MediaTypes.BODY_JSON),
                Route.get(ONE + "/logs", this::logs).taking("follow", "tail").answering("text/plain"));
    }

    private Future<Answer> list(Exchange exchange) {
        return control.containers(exchange.group())
                .map(all -> Answer.ok(ViewJson.list(all, ViewJson::container, null)));
    }

    private Future<Answer> show(Exchange exchange) {
        String id = exchange.group();
        String name = name(exchange);
        return control.containers(id).map(all -> {
            for (ContainerView one : all) {
                if (one.name().equals(name)) {
                    return Answer.ok(ViewJson.container(one));
                }
            }
            throw Problem.of(Problem.Kind.NOT_FOUND, "group '" + id + "' has no container '" + name + "'");
        });
    }

    private Route operation(ContainerOperation operation) {
        return Route.change(POST, ONE + "/" + operation.name().toLowerCase(Locale.ROOT), Role.OPERATOR, exchange -> {
                    String id = exchange.group();
                    String name = name(exchange);
                    return exchange.object(Set.of())
                            .compose(unused -> control.operateContainer(id, name, operation, exchange.isDryRun()))
                            .map(view -> Answer.accepted(ViewJson.container(view)));
                })
                .reading(MediaTypes.BODY_JSON);
    }

    private Future<Answer> kill(Exchange exchange) {
        String id = exchange.group();
        String name = name(exchange);
        return exchange.object(Fields.KILL)
                .map(fields::kill)
                .compose(request -> control.killContainer(id, name, request, exchange.isDryRun()))
                .map(view -> Answer.accepted(ViewJson.container(view)));
    }

    private Future<Answer> logs(Exchange exchange) {
        String id = exchange.group();
        String name = name(exchange);
        boolean follow = exchange.query().isOn("follow");
        long tail = exchange.query().number("tail", 0, MOST_LINES, ALL);
        if (follow) {
            room.take(exchange);
        }
        return new LogStream(control, id, name, exchange.delivery(), follow, tail).start();
    }

    private static String name(Exchange exchange) {
        return Names.plain(exchange.segments().get(1), "container");
    }
}
