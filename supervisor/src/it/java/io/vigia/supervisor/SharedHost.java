package io.vigia.supervisor;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One vigia for all tests of a class, each with groups of its own: a start costs as much as a test, and an emulated processor ten seconds. */
abstract class SharedHost {
    @TempDir
    static Path stateDir;

    private static @Nullable PolicyHost shared;

    PolicyHost host;

    /** Not before all, where a report would not keep why a host cannot run them. */
    @BeforeEach
    void start() throws Exception {
        PolicyHost running = shared;
        if (running == null) {
            running = new PolicyHost(stateDir);
            shared = running;
        }
        host = running;
    }

    @AfterEach
    void clear() {
        if (host != null) {
            host.clear();
        }
    }

    /** The next class of this JVM starts its own. */
    @AfterAll
    static void stop() {
        PolicyHost running = shared;
        shared = null;
        if (running != null) {
            running.close();
        }
    }
}
