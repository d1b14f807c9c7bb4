package io.vigia.helm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program that runs beside the test, with all that it says. */
final class Program implements AutoCloseable {
    private static final long MOST_SECONDS = 120;

    private final Process process;
    private final StringBuilder said = new StringBuilder();
    /** Nothing more will be said; guarded by {@code said}. */
    private boolean ended;

    private Program(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** @param environment besides that of this JVM, from which nothing of vigia's is taken over */
    static Program start(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("VIGIA_") || name.equals("NOTIFY_SOCKET"));
        builder.environment().putAll(environment);
        return new Program(builder.start());
    }

    /** The launcher of this source tree, with what was built before. */
    static Program vigia(Map<String, String> environment, List<String> arguments) throws IOException {
        return start(environment, vigia(arguments));
    }

    /** That launcher's command. */
    static List<String> vigia(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "VIGIA_LAUNCHER=nobuild",
                "sh",
                SourceTree.existing("vigia").toString()));
        command.addAll(arguments);
        return command;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (said) {
                    said.append(line).append('\n');
                    said.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            synchronized (said) {
                ended = true;
                said.notifyAll();
            }
        }
    }

    String said() {
        synchronized (said) {
            return said.toString();
        }
    }

    /** Until it has said something that fits; fails with all it said when it ends first. */
    String until(Predicate<String> fits) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        synchronized (said) {
            while (!fits.test(said.toString())) {
                if (ended || System.nanoTime() > end) {
                    throw new AssertionError("it did not say what was waited for, but: " + said);
                }
                said.wait(200);
            }
            return said.toString();
        }
    }

    /** All it said, once it has ended. */
    String all() throws InterruptedException {
        synchronized (said) {
            while (!ended) {
                said.wait(200);
            }
            return said.toString();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Its exit code. */
    int end() throws InterruptedException {
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not end: " + said());
        }
        return process.exitValue();
    }

    /** SIGTERM, and its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return end();
    }

    /** For what must be cleared away whatever else happens: after a bound it is killed. */
    void waitQuietly() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        waitQuietly();
    }

    static String run(Map<String, String> environment, List<String> command, int expected)
            throws IOException, InterruptedException {
        try (Program program = start(environment, command)) {
            int code = program.end();
            String said = program.all();
            if (code != expected) {
                throw new AssertionError(command + " ended with " + code + ": " + said);
            }
            return said;
        }
    }

    /** A directory's file, made for a test. */
    static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
