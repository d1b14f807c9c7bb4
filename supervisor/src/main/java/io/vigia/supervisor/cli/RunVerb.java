package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Run a command under supervision. */
@Command(name = "run", description = "Run a command under supervision. (Not supported yet.)")
final class RunVerb extends LaterVerb {
    RunVerb() {
        super("run");
    }
}
