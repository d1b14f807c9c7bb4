package io.vigia.supervisor;

import io.vigia.supervisor.cli.CommandRunner;
import io.vigia.supervisor.cli.Printer;
import io.vigia.supervisor.cli.Shell;
import io.vigia.supervisor.cli.Terminals;
import java.io.FileDescriptor;

/** Entry point of the {@code vigia} program. */
public final class Main {
    private Main() {}

    /** Runs one verb and ends with its exit code. */
    public static void main(String[] arguments) {
        String version = Main.class.getPackage().getImplementationVersion();
        Shell shell = new Shell(
                Printer.to(FileDescriptor.out, Terminals.isPipe(1), false),
                Printer.to(FileDescriptor.err, false, true),
                System.getenv(),
                Terminals.isTerminal(1),
                config -> Vigia.start(config, version == null ? "unknown" : version),
                version == null ? "unknown" : version);
        System.exit(CommandRunner.run(shell, arguments));
    }
}
