package io.vigia.supervisor.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program itself; its verbs do the work. */
@Command(
        name = "vigia",
        synopsisSubcommandLabel = "VERB",
        description = "Watches groups of processes and keeps them healthy.",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 bad usage or invalid file, 3 not found, 4 no server, 5 refused."
        })
final class VigiaCommand implements Runnable {
    private final Shell shell;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    private boolean version;

    VigiaCommand(Shell shell) {
        this.shell = shell;
    }

    Shell shell() {
        return shell;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a verb is missing" + (help || version ? "" : ": see vigia --help"));
    }
}
