package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;

/** Stop the containers of a group, or one of them, and start them again. */
@Command(name = "restart", description = "Stop the containers of a group, or one of them, and start them again.")
final class RestartVerb extends GroupOrContainerVerb {
    @Override
    public Integer call() {
        return operate("restart", new JsonObject(), "restarting");
    }
}
