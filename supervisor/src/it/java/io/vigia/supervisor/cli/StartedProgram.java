package io.vigia.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Each test has the program in a folder of its own, and nothing of it may be left afterwards. */
abstract class StartedProgram {
    @TempDir
    Path folder;

    Program program;

    @BeforeEach
    void prepares() throws Exception {
        Program.assumeCgroups();
        program = new Program(folder);
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        if (program != null) {
            assertThat(program.leftovers()).isEmpty();
        }
    }
}
