package io.vigia.supervisor;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.Launcher;
import io.vigia.supervisor.guest.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assertions;

/**
 * The real program in a process of its own, which can be killed, started in namespaces of its own and read about. It listens on a
 * free port and on a socket in its state directory.
 */
final class VigiaProcess implements AutoCloseable {
    static final Duration BOUND = Patience.of(60);
    private static final String READY = "vigia: ready";

    private final Process process;
    private final Path output;
    private final Path socket;
    private long since;

    private VigiaProcess(Process process, Path output, Path socket) {
        this.process = process;
        this.output = output;
        this.socket = socket;
    }

    /** Starts {@code vigia serve}; see below. Everything is in one directory. */
    static VigiaProcess serve(Path stateDir, List<String> around, String... flags) throws IOException {
        return serve(stateDir, stateDir, around, flags);
    }

    /**
     * Starts {@code vigia serve}.
     *
     * @param runDir for the socket and the output
     * @param around a command that runs the words after it, such as {@code unshare -m}; may be empty
     */
    static VigiaProcess serve(Path runDir, Path stateDir, List<String> around, String... flags) throws IOException {
        return serve(runDir, stateDir, around, "", List.of(flags));
    }

    /** The same, with more JVM flags. */
    static VigiaProcess serve(Path runDir, Path stateDir, List<String> around, String javaOptions, List<String> flags)
            throws IOException {
        Path socket = runDir.resolve("v.sock");
        List<String> words = new ArrayList<>(List.of(
                "serve", "--listen", "127.0.0.1:0", "--socket", socket.toString(), "--state-dir", stateDir.toString()));
        words.addAll(flags);
        Path output = Files.createTempFile(runDir, "output", ".log");
        Process process = builder(around, javaOptions, words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new VigiaProcess(process, output, socket);
    }

    /** Any verb, to its end: the exit code before the first line of output. */
    static String run(Path stateDir, List<String> around, String... words) throws Exception {
        Path output = Files.createTempFile(stateDir, "run", ".log");
        Process process = builder(around, "", List.of(words))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Assertions.assertTrue(process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS), "it does not end");
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue() + "\n" + Files.readString(output);
    }

    private static ProcessBuilder builder(List<String> around, String javaOptions, List<String> words) {
        List<String> command = new ArrayList<>(around);
        command.addAll(Launcher.command(javaOptions, words));
        return new ProcessBuilder(command);
    }

    VigiaProcess awaitReady() {
        await().atMost(BOUND).until(() -> {
            Assertions.assertTrue(process.isAlive(), () -> "vigia ended: " + output());
            return output().contains(READY);
        });
        return this;
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens for the client's verbs. */
    Path socket() {
        return socket;
    }

    /** Where leases are kept that the journal's disk does not take. */
    Path spareLeases() {
        return socket.resolveSibling("v.sock.leases");
    }

    /** Of the process that was started, which is vigia's own unless it was started around by one that forks. */
    long pid() {
        return process.pid();
    }

    /** An answer over the Unix socket. */
    record Answer(int status, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }

    Answer get(String target) {
        return send("GET", target, "");
    }

    Answer put(String target, String yaml) {
        return send("PUT", target, yaml, "Content-Type: application/yaml");
    }

    /** One request by hand on a connection of its own. */
    Answer send(String method, String target, String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.0\r\nHost: localhost\r\n")
                .append("Connection: close\r\nContent-Length: ")
                .append(bytes.length)
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            write(channel, head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            write(channel, bytes);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (channel.read(buffer) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            String text = all.toString(StandardCharsets.UTF_8);
            int blank = text.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(text.split(" ", 3)[1]), text.substring(blank + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + target + ": " + output(), e);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            int unused = channel.write(buffer);
        }
    }

    /** All events so far of one type (without the prefix). */
    List<JsonObject> events(String type) {
        return list("&type=" + type);
    }

    private List<JsonObject> list(String filter) {
        List<JsonObject> all = new ArrayList<>();
        new JsonArray(get("/api/v1/events?since=" + since + "&limit=10000" + filter)
                        .body())
                .forEach(e -> all.add((JsonObject) e));
        return all;
    }

    /** From now on only later events count. */
    void forget() {
        List<JsonObject> all = list("");
        if (!all.isEmpty()) {
            since = Long.parseLong(all.getLast().getString("sequence"));
        }
    }

    /** Waits for an event of this type whose data fits. */
    JsonObject event(String type, Predicate<JsonObject> data) {
        JsonObject[] found = new JsonObject[1];
        try {
            await().atMost(BOUND).until(() -> {
                events(type).stream()
                        .filter(e -> data.test(e.getJsonObject("data")))
                        .findFirst()
                        .ifPresent(e -> found[0] = e);
                return found[0] != null;
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("no " + type + ": " + list("") + output(), e);
        }
        return found[0];
    }

    /** One check of {@code /readyz}, or {@code null} when it is fine. */
    JsonObject readiness(String check) {
        return get("/readyz").json().getJsonObject("checks").getJsonObject(check);
    }

    /** Sends a signal by its name, such as {@code STOP}. */
    void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
        Assertions.assertTrue(kill.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS) && kill.exitValue() == 0, name);
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        Assertions.assertTrue(ends(BOUND), "it does not end");
    }

    private boolean ends(Duration within) {
        try {
            return process.waitFor(within.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** SIGTERM to vigia, also where a program around it does not pass it on, and KILL after a while. */
    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants()
                .filter(p -> p.info().command().orElse("").endsWith("/java"))
                .toList());
        if (all.isEmpty()) {
            process.destroy();
        }
        all.forEach(ProcessHandle::destroy);
        if (!ends(BOUND)) {
            all.forEach(ProcessHandle::destroyForcibly);
            kill();
        }
    }
}
