package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.Query;
import io.vigia.supervisor.cli.text.Escape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Something that the server is asked to do to what it supervises. */
@Command
abstract class OperationVerb extends ServerVerb {
    @Option(names = "--dry-run", description = "Check, and change nothing.")
    private boolean dryRun;

    /** @param address of a group or a container, as the API has it */
    final JsonObject post(String address, String operation, JsonObject body) {
        String path =
                new Query(address + "/" + operation).with("dryRun", dryRun).toString();
        return client().post(path, body);
    }

    final int told(String id, String done) {
        shell().line(Escape.text(id) + " " + done + (dryRun ? " (dry run)" : ""));
        return Exit.DONE;
    }
}
