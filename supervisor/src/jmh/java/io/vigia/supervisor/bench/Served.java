package io.vigia.supervisor.bench;

import io.vigia.kernel.model.CgroupPath;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./vigia serve} as a child, ready.
 *
 * @param readyNanos from its start to {@code /readyz} answering 200
 */
record Served(Process process, int port, long readyNanos) implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("..", "vigia");
    private static final long POLL_NANOS = 2_000_000;
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** {@code null} when it ended without getting ready, as it does where {@code serve} is not built in. */
    static @Nullable Served launcher(Workplace place, Path state, Map<String, String> environment) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                LAUNCHER.toString(),
                "serve",
                "--listen",
                "127.0.0.1:" + port,
                "--socket",
                state.resolve("vigia.sock").toString(),
                "--state-dir",
                state.toString(),
                "--parent",
                place.parent.text()));
        if (takesConfig()) {
            Path config = Files.writeString(
                    state.resolve("vigia.yaml"),
                    "observe: [\"" + place.parent.text() + "\", \"" + place.parent.text() + "/**\"]\n");
            command.addAll(List.of("--config", config.toString()));
        } else {
            Machine.say("serve takes no --config: it observes every cgroup of this machine");
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().put("VIGIA_LAUNCHER", "nobuild");
        return ready(builder, port, state);
    }

    /** The same node under {@link BenchServe} with the flags that the launcher gives to {@code serve}, without an AOT cache. */
    static @Nullable Served standIn(CgroupPath parent, Path state) throws IOException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+UseCompactObjectHeaders",
                "-XX:GuaranteedSafepointInterval=0",
                "-Xss512k",
                "-Xms6m",
                "-XX:NewSize=2m",
                "-Xmx256m",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=CompileThresholdScaling,io.vigia.*::*,0.02",
                "-XX:ReservedCodeCacheSize=24m",
                "-XX:SweeperThreshold=100",
                "-XX:-MaxFDLimit",
                "-XX:ArchiveRelocationMode=0",
                "-XX:AsyncDeflationInterval=3600000",
                "-XX:ServiceThreadCleanupInterval=3600000",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BenchServe.class.getName(),
                state.toString(),
                parent.text(),
                Integer.toString(port));
        return ready(builder, port, state);
    }

    private static @Nullable Served ready(ProcessBuilder builder, int port, Path state) throws IOException {
        File log = state.resolve("output.log").toFile();
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
        List<String> said = Files.readAllLines(log.toPath());
        Machine.say("not ready: " + builder.command().getFirst() + (said.isEmpty() ? "" : ": " + said.getLast()));
        return null;
    }

    private static boolean answers(int port) {
        try {
            return Http.get(port, "/readyz").length > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean takesConfig() throws IOException {
        ProcessBuilder help = new ProcessBuilder(LAUNCHER.toString(), "serve", "--help");
        help.environment().put("VIGIA_LAUNCHER", "nobuild");
        Process process = help.redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader()) {
            return out.lines().anyMatch(line -> line.contains("--config"));
        } finally {
            process.destroyForcibly();
        }
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
