package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.text.Fields;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Something done to a whole group. */
@Command
abstract class GroupVerb extends OperationVerb {
    @Parameters(index = "0", paramLabel = "GROUP", description = "Name, id or path.")
    private String group = "";

    final JsonObject post(String operation, JsonObject body) {
        return post(Paths.group(group), operation, body);
    }

    final int operate(String operation, String done) {
        return told(post(operation, new JsonObject()), done);
    }

    final int told(JsonObject answer, String done) {
        return told(Fields.text(answer, "id", Paths.id(group)), done);
    }
}
