package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;

/** Which vigia this is. */
@Command(name = "version", description = "Print the version.")
final class VersionVerb extends Verb {
    @Override
    public Integer call() {
        shell().line("vigia " + shell().version());
        return Exit.DONE;
    }
}
