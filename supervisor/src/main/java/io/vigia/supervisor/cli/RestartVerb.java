package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Stop the containers of a group and start them again. */
@Command(name = "restart", description = "Stop the containers of a group and start them again.")
final class RestartVerb extends GroupVerb {
    @Override
    public Integer call() {
        return operate("restart", "restarting");
    }
}
