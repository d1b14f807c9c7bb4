package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Let a frozen group run on. */
@Command(name = "thaw", description = "Let a frozen group run on.")
final class ThawVerb extends GroupVerb {
    @Override
    public Integer call() {
        return operate("thaw", "thawed");
    }
}
