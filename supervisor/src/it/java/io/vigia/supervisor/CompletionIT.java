package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The words that a shell completes. */
class CompletionIT {
    @TempDir
    private Path files;

    /** As bash runs it when somebody presses the tabulator. */
    @Test
    void completesInARealShell() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not installed");
        Path script = Files.writeString(
                files.resolve("completion"), Verbs.run("completion", "bash").out());
        Path completed = files.resolve("completed");
        Process bash = new ProcessBuilder(
                        "/bin/bash",
                        "-c",
                        ". '" + script + "'; COMP_WORDS=(vigia fre) COMP_CWORD=1; _complete_vigia;"
                                + " echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .redirectOutput(completed.toFile())
                .start();
        assertThat(bash.waitFor(VigiaProcess.BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(Files.readString(completed)).isEqualTo("freeze\n");
    }
}
