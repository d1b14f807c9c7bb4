package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.RefusedException;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.model.Problem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Something done to all containers of a group, or to one. */
@Command
abstract class GroupOrContainerVerb extends OperationVerb {
    @Parameters(
            index = "0",
            paramLabel = "GROUP[/CONTAINER]",
            description = "Name, id or path of a group, or one container of it.")
    private String name = "";

    final int operate(String operation, JsonObject body, String done) {
        ContainerName one = container(client());
        if (one == null) {
            JsonObject answer = post(Paths.group(name), operation, body);
            return told(Fields.text(answer, "id", Paths.id(name)), done);
        }
        var unused = post(Paths.container(one.group(), one.container()), operation, body);
        return told(one.group() + "/" + one.container(), done);
    }

    /** @return {@code null} for a group: also where a container could be meant, unless the group is that container's cgroup */
    private @Nullable ContainerName container(ApiClient client) {
        ContainerName parsed = ContainerName.parse(name);
        JsonObject group = parsed == null ? null : find(client, parsed.group());
        if (parsed == null || group == null) {
            return null;
        }
        boolean has = group.getValue("containers") instanceof JsonArray all && all.contains(parsed.container());
        ContainerName one = new ContainerName(Fields.text(group, "id", parsed.group()), parsed.container());
        JsonObject exact = find(client, name);
        if (exact == null && !has) {
            throw Problem.of(
                    Problem.Kind.NOT_FOUND,
                    "there is no group '" + name + "', and group '" + one.group() + "' has no container '"
                            + one.container() + "'");
        }
        boolean other = exact != null && !Fields.text(exact, "id", "").equals(one.group() + "/" + one.container());
        return has && !other ? one : null;
    }

    private static @Nullable JsonObject find(ApiClient client, String group) {
        try {
            return client.get(Paths.group(group));
        } catch (RefusedException e) {
            if (e.exitCode() == Exit.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }
}
