package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Run the supervisor. */
@Command(name = "serve", description = "Run the supervisor. (Not supported yet.)")
final class ServeVerb extends LaterVerb {
    ServeVerb() {
        super("serve");
    }
}
