package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Try a policy on what happened. */
@Command(name = "simulate", description = "Try a policy on what happened. (Not supported yet.)")
final class SimulateVerb extends LaterVerb {
    SimulateVerb() {
        super("simulate");
    }
}
