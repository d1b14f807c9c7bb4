package io.vigia.supervisor.cli;

import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** What every verb has. */
@Command(mixinStandardHelpOptions = false)
abstract class Verb implements Callable<Integer> {
    @ParentCommand
    private @Nullable VigiaCommand root;

    @picocli.CommandLine.Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    final Shell shell() {
        if (root == null) {
            throw new IllegalStateException(getClass() + " runs outside of the root command; help=" + help);
        }
        return root.shell();
    }

    final void print(List<String> lines) {
        lines.forEach(shell()::line);
    }

    /** A mistake in how the verb was called. */
    static Problem usage(String message) {
        return Problem.of(Problem.Kind.INVALID, message);
    }
}
