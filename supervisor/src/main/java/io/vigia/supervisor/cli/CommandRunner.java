package io.vigia.supervisor.cli;

import io.vigia.supervisor.cli.client.NoServerException;
import io.vigia.supervisor.cli.client.RefusedException;
import io.vigia.supervisor.cli.text.Escape;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the arguments, runs the verb, and turns what went wrong into one line and an exit code. */
public final class CommandRunner {
    static final Logger LOG = LoggerFactory.getLogger("io.vigia.supervisor.cli");

    private CommandRunner() {}

    /** @return the exit code */
    public static int run(Shell shell, String... arguments) {
        CommandLine line = commandLine(shell);
        int code = line.execute(arguments);
        shell.out().flush();
        shell.err().flush();
        return code;
    }

    static CommandLine commandLine(Shell shell) {
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
                            : message(e);
                    say(shell, message + (message.contains("--help") ? "" : "; see '" + verb + " --help'"));
                    return Exit.USAGE;
                })
                .setExecutionExceptionHandler((e, where, parsed) -> {
                    if (shell.variable("VIGIA_DEBUG") != null) {
                        e.printStackTrace(shell.err());
                    }
                    say(shell, message(e));
                    return exitCode(e);
                });
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

    static void say(Shell shell, String message) {
        shell.out().flush();
        shell.err().println("vigia: " + Escape.text(message.strip()));
    }

    static int exitCode(Throwable e) {
        return switch (e) {
            case NoServerException none -> Exit.NO_SERVER;
            case RefusedException refused -> refused.exitCode();
            case Problem problem -> problem.kind().exitCode();
            case UncheckedIOException io when io.getCause() != null -> exitCode(io.getCause());
            case NoSuchFileException missing -> Exit.USAGE;
            case AccessDeniedException denied -> Exit.REFUSED;
            default -> Exit.FAILED;
        };
    }

    static String message(Throwable e) {
        String text = e.getMessage();
        return switch (e) {
            case UncheckedIOException io when io.getCause() != null -> message(io.getCause());
            case NoSuchFileException missing -> text + ": there is no such file; check the path";
            case AccessDeniedException denied -> text + ": permission denied; run as a user who may read it";
            case Problem problem
            when problem.field() != null && text != null && !text.contains(problem.field()) ->
                problem.field() + ": " + text;
            case IOException io -> text == null ? e.toString() : text;
            case NullPointerException bug -> bug(e);
            case ClassCastException bug -> bug(e);
            case IllegalStateException bug -> bug(e);
            default -> text == null ? bug(e) : text;
        };
    }

    private static String bug(Throwable e) {
        return "an error of vigia itself: " + e + "; VIGIA_DEBUG=1 shows where, please report it";
    }
}
