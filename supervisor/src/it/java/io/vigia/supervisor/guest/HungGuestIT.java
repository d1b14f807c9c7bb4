package io.vigia.supervisor.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code src/it/vm/run} does with guests that take too long. They are none of the build's: the scripts run from a copy of their folder. */
final class HungGuestIT {
    private static final String KERNEL = "6.1";
    /** Enough for a kernel to say its first words, and for no story. */
    private static final int SECONDS = 8;

    @TempDir
    Path tree;

    @BeforeEach
    void needsAnEmulatorAndAKernel() throws IOException {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "qemu-system-x86_64"))),
                "no qemu-system-x86_64 here");
        assumeTrue(
                Files.exists(cache().resolve(KERNEL).resolve("vmlinuz")),
                "no unpacked kernel here: 'mvn verify -Pkernel-vm' leaves one, for the builds after it");
        Path scripts = Path.of("src/it/vm").toAbsolutePath();
        try (Stream<Path> all = Files.walk(scripts)) {
            for (Path one : all.toList()) {
                Path copy = tree.resolve("supervisor/src/it/vm").resolve(scripts.relativize(one));
                if (Files.isDirectory(one)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(one, copy);
                }
            }
        }
    }

    private static Path cache() {
        String own = System.getenv("VIGIA_VM_CACHE");
        String general = Objects.requireNonNullElse(
                System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home") + "/.cache");
        return own == null ? Path.of(general, "vigia/kernel-vm") : Path.of(own);
    }

    /** @param settings words NAME=VALUE */
    private String runToItsFailure(String... settings) throws Exception {
        Path output = tree.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", tree.resolve("supervisor/src/it/vm/run").toString(), KERNEL)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VIGIA_VM_") && !name.equals("VIGIA_VM_CACHE"));
        for (String setting : settings) {
            String[] words = setting.split("=", 2);
            builder.environment().put(words[0], words[1]);
        }
        Process run = builder.start();
        try {
            assertThat(run.waitFor(Patience.seconds(60), TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
        } finally {
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly();
        }
        String said = Files.readString(output);
        assertThat(run.exitValue()).as(said).isEqualTo(1);
        assertThat(emulators()).as(said).isZero();
        return said;
    }

    /** Those of this test alone. */
    private long emulators() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> {
                        try {
                            String command = Files.readString(process.resolve("cmdline"));
                            return command.startsWith("qemu") && command.contains(tree.toString());
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void endsAGuestAndShowsItsConsole() throws Exception {
        String said =
                runToItsFailure("VIGIA_VM_STORIES=demo", "VIGIA_VM_SECONDS=" + SECONDS, "VIGIA_VM_APPEND=loglevel=7");
        assertThat(said)
                .as("words of the kernel, and then why no more of them")
                .containsPattern("(?s)--- console of guest 1 -+\n.*\\[ *\\d+\\.\\d{6}\\] .*guest 1 was not done after "
                        + SECONDS + " s and was ended \\(console above\\)")
                .doesNotContain("VIGIA_VM_TOGETHER");
    }

    @Test
    void givesStoriesWhatTheTestsLeftThem() throws Exception {
        Path built = Files.createDirectories(tree.resolve("supervisor/target/kernel-vm"));
        Files.writeString(built.resolve("spent-" + KERNEL), "897\n");
        assertThat(runToItsFailure("VIGIA_VM_STORIES=demo demo", "VIGIA_VM_TOGETHER=900"))
                .containsPattern("guest 1 was not done after [123] s and was ended")
                .contains("guest 2 was not done after 1 s and was ended", "left for it of the 900 s");
    }
}
