package io.vigia.supervisor;

import static org.awaitility.Awaitility.await;

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
import java.util.Objects;
import java.util.stream.Stream;

/** The client's verbs as users write them, asking one vigia. In this JVM, because each start of another costs an emulated processor seconds. */
record Verbs(Path socket) {
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_FOUND = 3;
    static final int REFUSED = 5;
    static final int INTERRUPTED = 130;

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

    /** How the container {@code main} of a group stands. */
    JsonObject container(String group) {
        return ask("get", "containers", group + "/main", "-o", "json").json();
    }

    /** Its root process, once it is another one than before. */
    ProcessHandle awaitRunning(String group, long before) {
        Integer[] pid = {null};
        await().atMost(VigiaProcess.BOUND).until(() -> {
            JsonObject now = container(group);
            pid[0] = now.getInteger("pid");
            return now.getString("state").equals("running") && pid[0] != null && pid[0] != before;
        });
        return ProcessHandle.of(Objects.requireNonNull(pid[0])).orElseThrow();
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
