package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends the processes of a group or of a container. */
@Command(
        name = "kill",
        description = "Signal the processes of a group, or of one container, and kill what is left after the grace.")
final class KillVerb extends GroupOrContainerVerb {
    @Option(names = "--signal", paramLabel = "S", description = "TERM unless given.")
    private @Nullable String signal;

    @Option(
            names = "--grace",
            paramLabel = "10s",
            description = "How long until what is left is killed; without it nothing is.")
    private @Nullable String grace;

    @Option(names = "--pid", paramLabel = "PID", description = "Only this process of them.")
    private @Nullable Integer pid;

    @Override
    public Integer call() {
        JsonObject body = new JsonObject();
        if (signal != null) {
            body.put("signal", signal);
        }
        if (grace != null) {
            body.put("grace", grace);
        }
        if (pid != null) {
            body.put("scope", "process").put("pid", pid);
        }
        return operate("kill", body, "signalled");
    }
}
