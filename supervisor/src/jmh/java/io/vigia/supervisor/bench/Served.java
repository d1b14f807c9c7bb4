package io.vigia.supervisor.bench;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code ./vigia serve} as a child, ready.
 *
 * @param readyNanos from its start to {@code /readyz} answering 200
 */
record Served(Process process, int port, long readyNanos) implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("..", "vigia");
    private static final long POLL_NANOS = 2_000_000;
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int DECISIONS = 50;

    /**
     * Of the groups below the place's cgroup, with a configuration that observes them and nothing else.
     *
     * @param folder an empty one, for its state and configuration
     */
    static Served below(Workplace place, Path folder, Map<String, String> environment) throws IOException {
        String parent = place.parent.text();
        String observe = "observe: [\"" + parent + "\", \"" + parent + "/**\"]\n";
        return start(List.of(), folder, observe, List.of("--parent", parent), environment);
    }

    /**
     * @param before command and arguments that start the rest of their arguments in their own place
     * @param config text of its configuration file
     */
    static Served start(
            List<String> before, Path folder, String config, List<String> options, Map<String, String> environment)
            throws IOException {
        int port = freePort();
        Path state = Files.createDirectories(folder.resolve("state"));
        Path file = Files.writeString(config(folder).resolve("vigia.yaml"), config);
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                LAUNCHER.toString(),
                "serve",
                "--listen",
                "127.0.0.1:" + port,
                "--socket",
                state.resolve("vigia.sock").toString(),
                "--state-dir",
                state.toString(),
                "--config",
                file.toString()));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().put("VIGIA_LAUNCHER", "nobuild");
        return ready(builder, port, folder);
    }

    /** Where its configuration is; not where its state is, as nobody has both in one folder. */
    static Path config(Path folder) throws IOException {
        return Files.createDirectories(folder.resolve("config"));
    }

    private static Served ready(ProcessBuilder builder, int port, Path folder) throws IOException {
        File log = folder.resolve("output.log").toFile();
        long began = System.nanoTime();
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        while (process.isAlive() && System.nanoTime() - began < BOUND_NANOS) {
            if (answers(port)) {
                return new Served(process, port, System.nanoTime() - began);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        process.destroyForcibly();
        throw new IOException("not ready: " + builder.command() + ": " + Files.readString(log.toPath()));
    }

    private static boolean answers(int port) {
        try {
            return Http.get(port, "/readyz").length > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** From the kernel's word to the action done, in nanoseconds: of what policies did whose names begin like this, among the last decisions. */
    List<Long> reactions(String policies) throws IOException {
        String answer = new String(Http.get(port, "/api/v1/decisions?limit=" + DECISIONS), StandardCharsets.UTF_8);
        JsonObject page = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        return page.getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .filter(decision -> decision.getString("policy").startsWith(policies))
                .filter(decision -> decision.getString("kind").equals("acted"))
                .map(decision -> decision.getJsonObject("outcome").getLong("reactionUsec"))
                .filter(Objects::nonNull)
                .map(micros -> micros * 1000)
                .toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** TERM, and KILL after a while. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().get(15, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        }
    }
}
