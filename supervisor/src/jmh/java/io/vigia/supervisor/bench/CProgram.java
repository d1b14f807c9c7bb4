package io.vigia.supervisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of {@code src/jmh/c}, compiled by the benchmark. */
record CProgram(Path file) {
    private static final Path SOURCES = Path.of("src", "jmh", "c");

    /** Statically linked, so that a start costs what a start costs. */
    static CProgram compile(Path into, String name, String... flags) throws IOException, InterruptedException {
        Path source = SOURCES.resolve(name + ".c");
        if (!Files.exists(source)) {
            throw new IOException("no " + source.toAbsolutePath() + ": run from the folder of the module supervisor");
        }
        Path program = into.resolve(name);
        List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-static", "-D_GNU_SOURCE"));
        command.addAll(Arrays.asList(flags));
        command.addAll(List.of("-o", program.toString(), source.toString()));
        Process gcc = new ProcessBuilder(command).inheritIO().start();
        if (!gcc.waitFor(30, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            gcc.destroyForcibly();
            throw new IOException("gcc did not compile " + source + "; install gcc and libc6-dev");
        }
        return new CProgram(program);
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(file.toString());
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Runs to its end and gives its output. */
    List<String> run(long seconds, List<String> input, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        try {
            try (var in = process.outputWriter()) {
                for (String line : input) {
                    in.write(line);
                    in.write('\n');
                }
            }
            List<String> output;
            try (var out = process.inputReader()) {
                output = out.lines().toList();
            }
            if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(file.getFileName() + " failed: " + process);
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
