package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Stop all processes of a group where they are. */
@Command(name = "freeze", description = "Stop all processes of a group where they are.")
final class FreezeVerb extends GroupVerb {
    @Override
    public Integer call() {
        return operate("freeze", "frozen");
    }
}
