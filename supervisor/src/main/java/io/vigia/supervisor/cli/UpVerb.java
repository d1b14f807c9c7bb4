package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Run the supervisor with these manifests. */
@Command(name = "up", description = "Run the supervisor with these manifests. (Not supported yet.)")
final class UpVerb extends LaterVerb {
    UpVerb() {
        super("up");
    }
}
