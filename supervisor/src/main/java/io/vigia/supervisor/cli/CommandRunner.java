package io.vigia.supervisor.cli;

import io.vigia.supervisor.cli.client.NoServerException;
import io.vigia.supervisor.cli.client.RefusedException;
import io.vigia.supervisor.cli.text.Escape;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the arguments, runs the verb, and turns what went wrong into one line and an exit code. */
public final class CommandRunner {
    static final Logger LOG = LoggerFactory.getLogger("io.vigia.supervisor.cli");

    private CommandRunner() {}

    /** @return the exit code */
    public static int run(Shell shell, String... arguments) {
        ServerFlags serve = ServerFlags.ofPlainServe(arguments);
        int code = serve == null ? CommandLines.run(shell, arguments) : serve(shell, serve);
        shell.out().flush();
        if (code == Exit.DONE && shell.out() instanceof Printer printer && printer.failure() != null) {
            say(shell, "could not write all of the output: " + printer.failure());
            code = Exit.FAILED;
        }
        shell.err().flush();
        return code;
    }

    private static int serve(Shell shell, ServerFlags flags) {
        try {
            return ServeVerb.serve(shell, flags);
        } catch (RuntimeException e) {
            return failed(shell, e);
        }
    }

    static int failed(Shell shell, Exception e) {
        if (shell.variable("VIGIA_DEBUG") != null) {
            e.printStackTrace(shell.err());
        }
        say(shell, message(e));
        return exitCode(e);
    }

    /** Several mistakes stand in lines of their own, set in, so that none of them looks like another message. */
    static void say(Shell shell, String message) {
        shell.out().flush();
        String lines = message.strip().lines().map(Escape::text).collect(Collectors.joining("\n  "));
        shell.err().println("vigia: " + lines);
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

    /** A kind with the same exit code. */
    static Problem.Kind kind(Throwable e) {
        int code = exitCode(e);
        return e instanceof Problem problem
                ? problem.kind()
                : Stream.of(Problem.Kind.values())
                        .filter(kind -> kind.exitCode() == code)
                        .findFirst()
                        .orElse(Problem.Kind.INTERNAL);
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
