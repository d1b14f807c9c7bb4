package io.vigia.supervisor;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.CommandRunner;
import io.vigia.supervisor.cli.Launcher;
import io.vigia.supervisor.cli.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The client's verbs as users write them, asking one vigia. In this JVM, because each start of another costs an emulated processor seconds. */
record Verbs(Path socket) {

    /** @param out what it wrote to standard output */
    record Said(int code, String out, String err) {
        JsonObject json() {
            return new JsonObject(out);
        }
    }

    /** The lines of a verb that did what it was asked to. */
    static Said done(String... lines) {
        return new Said(0, String.join("\n", lines) + "\n", "");
    }

    /** A verb that asks the server. */
    Said ask(String... words) {
        return run(Stream.concat(Stream.of(words), Stream.of("--socket", socket.toString()))
                .toArray(String[]::new));
    }

    /** Any verb but those that start a vigia. */
    static Said run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                false,
                config -> {
                    throw new AssertionError("a verb of the client starts no vigia");
                },
                "1.2.3");
        int code = CommandRunner.run(shell, words);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The same as a program of its own, which an interrupt ends as at a terminal. */
    Process start(Path output, String... words) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--socket", socket.toString()));
        return new ProcessBuilder(Launcher.interruptible("", arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
