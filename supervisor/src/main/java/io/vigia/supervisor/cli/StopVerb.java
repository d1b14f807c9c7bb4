package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;

/** Stop the containers of a group, or one of them. */
@Command(name = "stop", description = "Stop the containers of a group, or one of them.")
final class StopVerb extends GroupOrContainerVerb {
    @Override
    public Integer call() {
        return operate("stop", new JsonObject(), "stopping");
    }
}
