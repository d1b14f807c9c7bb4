package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import io.vigia.supervisor.cli.text.Escape;
import io.vigia.supervisor.cli.text.Fields;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Something done to a whole group. */
@Command
abstract class GroupVerb extends ServerVerb {
    @Parameters(index = "0", paramLabel = "GROUP", description = "Name, id or path.")
    private String group = "";

    @Option(names = "--dry-run", description = "Check, and change nothing.")
    private boolean dryRun;

    final JsonObject post(String operation, JsonObject body) {
        String path = new Query(Paths.group(group) + "/" + operation)
                .with("dryRun", dryRun)
                .toString();
        return client().post(path, body);
    }

    final int operate(String operation, String done) {
        return told(post(operation, new JsonObject()), done);
    }

    final int told(JsonObject answer, String done) {
        String id = Fields.text(answer, "id", Paths.id(group));
        shell().line(Escape.text(id) + " " + done + (dryRun ? " (dry run)" : ""));
        return Exit.DONE;
    }
}
