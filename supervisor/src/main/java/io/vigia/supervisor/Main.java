package io.vigia.supervisor;

import io.vigia.supervisor.cli.CommandRunner;
import io.vigia.supervisor.cli.Shell;
import io.vigia.supervisor.cli.Terminals;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Entry point of the {@code vigia} program. */
public final class Main {
    private Main() {}

    /** Runs one verb and ends with its exit code. */
    public static void main(String[] arguments) {
        String version = Main.class.getPackage().getImplementationVersion();
        Shell shell = new Shell(
                stream(FileDescriptor.out, false),
                stream(FileDescriptor.err, true),
                System.getenv(),
                Terminals.isTerminal(1),
                config -> Vigia.start(config, version == null ? "unknown" : version),
                version == null ? "unknown" : version);
        System.exit(CommandRunner.run(shell, arguments));
    }

    /** UTF-8 whatever the locale: under LANG=C Java would print question marks for what every terminal can show. */
    private static PrintStream stream(FileDescriptor to, boolean flush) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(to), 8 * 1024), flush, StandardCharsets.UTF_8);
    }
}
