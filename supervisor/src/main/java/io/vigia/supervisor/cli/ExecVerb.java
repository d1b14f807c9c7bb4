package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Run a command within a container. */
@Command(name = "exec", description = "Run a command within a container. (Not supported yet.)")
final class ExecVerb extends LaterVerb {
    ExecVerb() {
        super("exec");
    }
}
