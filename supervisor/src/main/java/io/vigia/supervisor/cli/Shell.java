package io.vigia.supervisor.cli;

import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line talks to.
 *
 * @param environment of the process, {@code VIGIA_…} and {@code NO_COLOR} in it
 * @param terminal whether {@code out} is one
 * @param front starts a vigia in this process
 * @param version of this build
 */
public record Shell(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        boolean terminal,
        FrontDoor front,
        String version) {
    public Shell {
        environment = Map.copyOf(environment);
    }

    boolean colours() {
        return terminal && variable("NO_COLOR") == null && !"dumb".equals(environment.get("TERM"));
    }

    /** Not {@code null} if set and not empty. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    void line(String text) {
        out.println(text);
    }
}
