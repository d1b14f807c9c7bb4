package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Stop the containers of a group. */
@Command(name = "stop", description = "Stop the containers of a group.")
final class StopVerb extends GroupVerb {
    @Override
    public Integer call() {
        return operate("stop", "stopping");
    }
}
