package io.vigia.supervisor.cli;

import io.vigia.supervisor.config.Suggestion;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Arguments read with picocli, in a class of its own, so that what can do without never loads it. */
final class CommandLines {
    private CommandLines() {}

    /** @return the exit code */
    static int run(Shell shell, String... arguments) {
        boolean clear = arguments.length > 0 && Verbs.NAMES.contains(arguments[0]);
        return of(shell, clear ? List.of(arguments[0]) : Verbs.NAMES).execute(arguments);
    }

    /** With every verb. */
    static CommandLine of(Shell shell) {
        return of(shell, Verbs.NAMES);
    }

    private static CommandLine of(Shell shell, List<String> verbs) {
        CommandLine line = new CommandLine(new VigiaCommand(shell));
        for (String name : verbs) {
            line.addSubcommand(name, Objects.requireNonNull(Verbs.of(name), name));
        }
        CommandLine run = line.getSubcommands().get("run");
        if (run != null) {
            // What follows the command belongs to it, also without the two dashes.
            run.setStopAtPositional(true);
        }
        line.getCommandSpec().versionProvider(() -> new String[] {"vigia " + shell.version()});
        return line.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(shell.colours() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler((e, given) -> {
                    String verb = e.getCommandLine().getCommandSpec().qualifiedName();
                    String message = message(e, given);
                    CommandRunner.say(
                            shell, message + (message.contains("--help") ? "" : "; see '" + verb + " --help'"));
                    return Exit.USAGE;
                })
                .setExecutionExceptionHandler((e, where, parsed) -> CommandRunner.failed(shell, e));
    }

    private static String message(ParameterException e, String... given) {
        CommandLine where = e.getCommandLine();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            if (unmatched.isUnknownOption()) {
                return noOption(first.split("=", 2)[0], where);
            }
            if (where.getParent() == null) {
                return "there is no verb '" + first + "'"
                        + meant(first, where.getSubcommands().keySet());
            }
        }
        // What is missing may be missing because of a slip before it.
        return e instanceof MissingParameterException
                ? unknownOption(where, given).orElseGet(() -> CommandRunner.message(e))
                : CommandRunner.message(e);
    }

    private static Optional<String> unknownOption(CommandLine where, String... given) {
        Set<String> known = where.getCommandSpec().optionsMap().keySet();
        return Stream.of(given)
                .takeWhile(word -> !word.equals("--"))
                .filter(word -> word.startsWith("--"))
                .map(word -> word.split("=", 2)[0])
                .filter(word -> !known.contains(word))
                .findFirst()
                .map(word -> noOption(word, where));
    }

    private static String noOption(String given, CommandLine where) {
        return "there is no option '" + given + "'"
                + meant(given, where.getCommandSpec().optionsMap().keySet());
    }

    private static String meant(String given, Set<String> known) {
        return Suggestion.nearest(given, known)
                .map(word -> ", did you mean '" + word + "'?")
                .orElse("");
    }
}
