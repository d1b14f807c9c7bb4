package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.supervisor.guest.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The program as users start it, with a temporary directory of its own and managed groups below a name of its own. */
final class Program {
    static final long SECONDS = Patience.seconds(60);

    final String parent = "vigiait-face-" + ProcessHandle.current().pid();
    private final Path folder;
    private final Path temporary;

    Program(Path folder) throws IOException {
        this.folder = folder;
        this.temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    /** @param out what it wrote to standard output */
    record Result(int code, String out, String err) {}

    List<String> command(String... arguments) {
        return Launcher.command("-Djava.io.tmpdir=" + temporary, List.of(arguments));
    }

    Process start(Path in, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    Result run(Path in, String... arguments) throws Exception {
        return end(start(in, command(arguments)));
    }

    Result run(String... arguments) throws Exception {
        return run(Path.of("/dev/null"), arguments);
    }

    Result end(Process process) throws Exception {
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), text("out"), text("err"));
    }

    String text(String name) throws IOException {
        return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
    }

    /** What is left of it in the temporary directory and in every hierarchy. */
    List<String> leftovers() throws IOException {
        List<String> left = new ArrayList<>();
        try (Stream<Path> files = Files.list(temporary)) {
            files.map(Path::toString).forEach(left::add);
        }
        try (Stream<Path> mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            mounts.filter(Files::isDirectory)
                    .flatMap(Program::children)
                    .map(Path::toString)
                    .filter(name -> name.contains(parent))
                    .forEach(left::add);
        }
        return left;
    }

    private static Stream<Path> children(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return Stream.concat(Stream.of(directory), all.filter(Files::isDirectory)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
