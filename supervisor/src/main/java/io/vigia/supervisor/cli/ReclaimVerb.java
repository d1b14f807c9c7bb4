package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.cli.text.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Asks the kernel to take memory back. */
@Command(name = "reclaim", description = "Ask the kernel to take memory back from a group.")
final class ReclaimVerb extends GroupVerb {
    @Parameters(index = "1", paramLabel = "BYTES", description = "For example 64Mi.")
    private String bytes = "";

    @Override
    public Integer call() {
        JsonObject answer = post("reclaim", new JsonObject().put("bytes", bytes));
        return told(answer, "gave back " + Units.bytes(Fields.number(answer, "reclaimedBytes")));
    }
}
