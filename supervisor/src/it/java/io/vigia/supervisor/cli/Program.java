package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.supervisor.guest.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    /** Skips the test where no cgroups can be made. */
    static void assumeCgroups() {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup")) && "root".equals(System.getProperty("user.name")),
                "not root on a writable cgroup tree");
    }

    List<String> command(String... arguments) {
        return Launcher.command(options(), List.of(arguments));
    }

    private String options() {
        return "-Djava.io.tmpdir=" + temporary;
    }

    List<String> interruptible(String... arguments) {
        return Launcher.interruptible(options(), List.of(arguments));
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
        Files.walkFileTree(Path.of("/sys/fs/cgroup"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path cgroup, BasicFileAttributes attributes) {
                if (cgroup.endsWith(parent)) {
                    left.add(cgroup.toString());
                }
                return FileVisitResult.CONTINUE;
            }

            // Those of others come and go.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path cgroup, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return left;
    }
}
