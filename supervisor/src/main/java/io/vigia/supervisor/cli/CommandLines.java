package io.vigia.supervisor.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.UnmatchedArgumentException;

/** Arguments read with picocli, in a class of its own, so that what can do without never loads it. */
final class CommandLines {
    private CommandLines() {}

    /** @return the exit code */
    static int run(Shell shell, String... arguments) {
        return of(shell).execute(arguments);
    }

    static CommandLine of(Shell shell) {
        CommandLine line = new CommandLine(new VigiaCommand(shell));
        // What follows the command belongs to it, also without the two dashes.
        Objects.requireNonNull(line.getSubcommands().get("run")).setStopAtPositional(true);
        line.getCommandSpec().versionProvider(() -> new String[] {"vigia " + shell.version()});
        return line.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(shell.colours() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler((e, given) -> {
                    String verb = e.getCommandLine().getCommandSpec().qualifiedName();
                    String message = e instanceof UnmatchedArgumentException unmatched
                                    && e.getCommandLine().getParent() == null
                            ? unknownVerb(unmatched)
                            : CommandRunner.message(e);
                    CommandRunner.say(
                            shell, message + (message.contains("--help") ? "" : "; see '" + verb + " --help'"));
                    return Exit.USAGE;
                })
                .setExecutionExceptionHandler((e, where, parsed) -> CommandRunner.failed(shell, e));
    }

    private static String unknownVerb(UnmatchedArgumentException e) {
        String given = e.getUnmatched().getFirst();
        return e.isUnknownOption()
                ? "there is no option '" + given + "'"
                : "there is no verb '" + given + "'"
                        + e.getSuggestions().stream()
                                .findFirst()
                                .map(close -> ", did you mean '" + close.replaceFirst("^vigia ", "") + "'?")
                                .orElse("");
    }
}
