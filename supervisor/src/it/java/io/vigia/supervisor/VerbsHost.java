package io.vigia.supervisor;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of the client, carried out on the real kernel: what each says, what it ends with, and what is so afterwards. */
abstract class VerbsHost extends SharedHost {
    @TempDir
    Path files;

    Verbs vigia;

    @BeforeEach
    void connect() {
        vigia = new Verbs(host.vigia().socket());
    }
}
