package io.vigia.supervisor.api;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.api.Control.GroupQuery;
import io.vigia.supervisor.api.Control.KillRequest;
import io.vigia.supervisor.api.Control.Operation;
import io.vigia.supervisor.api.auth.Role;
import io.vigia.supervisor.api.json.GroupJson;
import io.vigia.supervisor.api.json.ViewJson;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groups: list, show, make, remove, and what is done to a whole one. */
final class GroupRoutes {
    private static final int MOST = 10_000;
    private static final String GROUP = "/api/v1/groups/{id}";

    private final Control control;
    private final Fields fields;
    private final Grammar grammar;

    GroupRoutes(Control control, Grammar grammar) {
        this.control = control;
        this.grammar = grammar;
        this.fields = new Fields(grammar);
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/groups", this::list).taking("path", "label", "managed", "limit", "continue"),
                Route.get(GROUP, this::show),
                Route.change(PUT, GROUP, Role.ADMIN, this::apply).reading(MediaTypes.BODY_MANIFEST),
                Route.change(DELETE, GROUP, Role.ADMIN, this::delete).taking("grace"),
                Route.get(GROUP + "/processes", this::processes),
                operation(Operation.FREEZE),
                operation(Operation.THAW),
                operation(Operation.RESTART),
                operation(Operation.STOP),
                Route.change(POST, GROUP + "/kill", Role.OPERATOR, this::kill).reading(MediaTypes.BODY_JSON),
                Route.change(POST, GROUP + "/reclaim", Role.OPERATOR, this::reclaim)
                        .reading(MediaTypes.BODY_JSON));
    }

    private Future<Answer> list(Exchange exchange) {
        Query query = exchange.query();
        String after = query.text("continue");
        return control.groups(new GroupQuery(
                        query.text("path"),
                        labels(query.all("label")),
                        query.flag("managed"),
                        (int) query.number("limit", 1, MOST, MOST),
                        after == null ? null : Names.path(Cursor.GROUPS.decode(after), "continue")))
                .map(page -> Answer.ok(ViewJson.list(page.items(), GroupJson::of, Cursor.GROUPS.encode(page.next()))));
    }

    private static @Nullable Map<String, String> labels(List<String> given) {
        if (given.isEmpty()) {
            return null;
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (String one : given) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw Problem.of(Problem.Kind.INVALID, "a label is KEY=VALUE, not '" + one + "'")
                        .atField("label");
            }
            labels.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return labels;
    }

    private Future<Answer> show(Exchange exchange) {
        return control.group(exchange.group()).map(group -> Answer.ok(GroupJson.of(group)));
    }

    private Future<Answer> apply(Exchange exchange) {
        String id = exchange.group();
        return exchange.text()
                .map(text -> grammar.group(Manifest.checked(text, exchange.mediaType())))
                .compose(spec -> {
                    requireSameName(id, spec);
                    return control.apply(spec, exchange.isDryRun());
                })
                .map(applied -> Answer.json(applied.created() ? 201 : 200, GroupJson.of(applied.view())));
    }

    /** The manifest's name decides where the group lives; a path in the address must be that very place. */
    private void requireSameName(String id, GroupSpec spec) {
        CgroupPath parent = control.parent();
        String place = parent == null || parent.isRoot() ? spec.name() : parent.id() + "/" + spec.name();
        if (!id.equals(spec.name()) && !id.equals(place)) {
            throw Problem.of(
                            Problem.Kind.INVALID,
                            "the manifest is of group '" + spec.name() + "', which lives at '" + place
                                    + "'; the address says '" + id + "'")
                    .atField("/metadata/name");
        }
    }

    private Future<Answer> delete(Exchange exchange) {
        String id = exchange.group();
        String grace = exchange.query().text("grace");
        Duration duration = grace == null ? null : fields.duration("grace", grace);
        return control.group(id)
                .compose(group -> control.delete(id, duration, exchange.isDryRun())
                        .map(unused -> Answer.accepted(
                                new JsonObject().put("id", group.path().id()).put("deleting", true))));
    }

    private Future<Answer> processes(Exchange exchange) {
        return control.processes(exchange.group()).map(all -> Answer.ok(ViewJson.list(all, ViewJson::process, null)));
    }

    private Route operation(Operation operation) {
        boolean later = operation == Operation.RESTART || operation == Operation.STOP;
        return Route.change(POST, GROUP + "/" + operation.name().toLowerCase(Locale.ROOT), Role.OPERATOR, exchange -> {
                    String id = exchange.group();
                    return exchange.object(Set.of())
                            .compose(unused -> control.operate(id, operation, exchange.isDryRun()))
                            .map(group -> Answer.json(later ? 202 : 200, GroupJson.of(group)));
                })
                .reading(MediaTypes.BODY_JSON);
    }

    private Future<Answer> kill(Exchange exchange) {
        String id = exchange.group();
        return exchange.object(Fields.KILL)
                .map(fields::kill)
                .compose((KillRequest request) -> control.kill(id, request, exchange.isDryRun()))
                .map(group -> Answer.accepted(GroupJson.of(group)));
    }

    private Future<Answer> reclaim(Exchange exchange) {
        String id = exchange.group();
        return exchange.object(Set.of("bytes")).compose(body -> {
            long bytes = fields.bytes(body, "bytes");
            return control.group(id)
                    .compose(group -> control.reclaim(id, bytes, exchange.isDryRun())
                            .map(got -> Answer.ok(new JsonObject()
                                    .put("id", group.path().id())
                                    .put("requestedBytes", bytes)
                                    .put("reclaimedBytes", got))));
        });
    }
}
