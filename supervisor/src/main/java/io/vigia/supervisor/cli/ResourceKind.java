package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import io.vigia.supervisor.cli.client.RefusedException;
import io.vigia.supervisor.cli.text.Fields;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code get} knows, and where the API has it. */
enum ResourceKind {
    GROUPS,
    CONTAINERS,
    PROCESSES,
    POLICIES,
    DECISIONS,
    NETWORKS,
    IMAGES;

    /** Singular or plural. */
    static ResourceKind parse(String text) {
        String plain = text.toLowerCase(Locale.ROOT);
        for (ResourceKind kind : values()) {
            if (plain.equals(kind.plural()) || plain.equals(kind.singular())) {
                return kind;
            }
        }
        throw Verb.usage("'" + text
                + "' is nothing that can be shown: groups, containers, processes, policies, decisions,"
                + " networks or images");
    }

    String plural() {
        return name().toLowerCase(Locale.ROOT);
    }

    private String singular() {
        return switch (this) {
            case PROCESSES -> "process";
            case POLICIES -> "policy";
            default -> plural().substring(0, plural().length() - 1);
        };
    }

    /** One object where {@code name} names one, else a list with {@code items}. */
    JsonObject fetch(ApiClient client, @Nullable String name) {
        return switch (this) {
            case GROUPS -> name == null ? all(client, Paths.GROUPS) : client.get(Paths.group(name));
            case POLICIES -> name == null ? client.get(Paths.POLICIES) : client.get(Paths.policy(name));
            case DECISIONS -> name == null ? client.get(Paths.DECISIONS) : client.get(Paths.decision(name));
            case CONTAINERS -> name == null ? ofManaged(client, "/containers") : containers(client, name);
            case PROCESSES -> name == null ? ofManaged(client, "/processes") : processes(client, name);
            case NETWORKS, IMAGES -> client.get("/api/v1/" + plural());
        };
    }

    /** The elements of a list; one object is a list of itself. */
    static List<JsonObject> items(JsonObject answer) {
        return answer.getValue("items") instanceof JsonArray array ? Fields.objects(array) : List.of(answer);
    }

    /** Every page of a list as one. */
    static JsonObject all(ApiClient client, String path) {
        JsonArray items = new JsonArray();
        String next = null;
        do {
            JsonObject page = client.get(
                    next == null ? path : path + (path.contains("?") ? "&" : "?") + "continue=" + Paths.segment(next));
            items(page).forEach(items::add);
            next = Fields.text(page, "continue");
        } while (next != null);
        return new JsonObject().put("items", items).put("continue", null);
    }

    private static JsonObject containers(ApiClient client, String name) {
        try {
            return client.get(Paths.containers(name));
        } catch (RefusedException e) {
            ContainerName one = ContainerName.parse(name);
            if (e.status() != 404 || one == null) {
                throw e;
            }
            return client.get(Paths.container(one.group(), one.container()));
        }
    }

    private static JsonObject processes(ApiClient client, String name) {
        JsonObject answer = client.get(Paths.group(name) + "/processes");
        items(answer).forEach(process -> process.put("group", Paths.id(name)));
        return answer;
    }

    private static JsonObject ofManaged(ApiClient client, String below) {
        JsonArray items = new JsonArray();
        String managed = new Query(Paths.GROUPS).with("managed", true).toString();
        for (JsonObject group : items(all(client, managed))) {
            if (Fields.joined(group, "containers", " ").isEmpty()) {
                continue;
            }
            String id = Fields.text(group, "id", "");
            try {
                items(client.get(Paths.group(id) + below)).forEach(one -> items.add(one.put("group", id)));
            } catch (RefusedException e) {
                if (e.exitCode() != Exit.NOT_FOUND) {
                    throw e;
                }
                // Gone since the list was made, which is no error of the one who asked for the list.
            }
        }
        return new JsonObject().put("items", items).put("continue", null);
    }
}
