package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Show a live table of groups. */
@Command(name = "top", description = "Show a live table of groups. (Not supported yet.)")
final class TopVerb extends LaterVerb {
    TopVerb() {
        super("top");
    }
}
