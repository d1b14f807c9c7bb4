package io.vigia.supervisor.api;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.PUT;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.api.Control.PolicyView;
import io.vigia.supervisor.api.auth.Role;
import io.vigia.supervisor.api.json.PolicyJson;
import io.vigia.supervisor.api.json.ViewJson;
import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.function.Function;

/** Policies and what they decided. */
final class PolicyRoutes {
    private static final String POLICY = "/api/v1/policies/{name}";
    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    private final Control control;
    private final Grammar grammar;

    PolicyRoutes(Control control, Grammar grammar) {
        this.control = control;
        this.grammar = grammar;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/policies", this::list),
                Route.get(POLICY, this::show),
                Route.change(PUT, POLICY, Role.ADMIN, this::apply).reading(MediaTypes.BODY_MANIFEST),
                Route.change(DELETE, POLICY, Role.ADMIN, this::delete),
                Route.get("/api/v1/decisions", this::decisions).taking("limit", "continue"),
                Route.get("/api/v1/decisions/{id}", this::decision));
    }

    private Future<Answer> list(Exchange exchange) {
        return control.policies().map(all -> Answer.ok(ViewJson.list(all, PolicyRoutes::json, null)));
    }

    private Future<Answer> show(Exchange exchange) {
        return control.policy(name(exchange)).map(policy -> Answer.ok(json(policy)));
    }

    private Future<Answer> apply(Exchange exchange) {
        String name = name(exchange);
        return exchange.text()
                .map(text -> grammar.policy(Manifest.checked(text, exchange.mediaType())))
                .compose(spec -> {
                    if (!spec.name().equals(name)) {
                        throw Problem.of(
                                        Problem.Kind.INVALID,
                                        "the manifest is of policy '" + spec.name() + "', the address says '" + name
                                                + "'")
                                .atField("/metadata/name");
                    }
                    return control.applyPolicy(spec, exchange.isDryRun());
                })
                .map(applied -> Answer.json(applied.created() ? 201 : 200, json(applied.view())));
    }

    private Future<Answer> delete(Exchange exchange) {
        return control.deletePolicy(name(exchange), exchange.isDryRun()).map(unused -> Answer.empty(204));
    }

    private Future<Answer> decisions(Exchange exchange) {
        String before = exchange.query().text("continue");
        return control.decisions(before == null ? null : Cursor.DECISIONS.decode(before), (int)
                        exchange.query().number("limit", 1, MOST, USUAL))
                .map(page -> Answer.ok(
                        ViewJson.list(page.items(), Function.identity(), Cursor.DECISIONS.encode(page.next()))));
    }

    private Future<Answer> decision(Exchange exchange) {
        return control.decision(Names.plain(exchange.segments().get(0), "decision"))
                .map(Answer::ok);
    }

    private static JsonObject json(PolicyView view) {
        return PolicyJson.of(view.spec(), view.state(), view.status());
    }

    private static String name(Exchange exchange) {
        return Names.plain(exchange.segments().get(0), "policy");
    }
}
