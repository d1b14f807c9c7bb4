package io.vigia.supervisor.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.guest.Patience;
import io.vigia.supervisor.guest.ThisJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Below a cgroup of its own an engine that is killed with kill -9 at a moment, and the one that comes after it. */
abstract class KilledEngine {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    static final Duration BOUND = Patience.of(60);

    @TempDir
    Path stateDir;

    @Nullable
    EngineCgroups around;

    CgroupPath parent = CgroupPath.ROOT;
    private @Nullable EngineHost opened;

    @BeforeEach
    void requireCgroups() {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups are not writable here: not root");
        around = EngineCgroups.shared();
        parent = around.own().child("vigia-it-" + ProcessHandle.current().pid() + "-a" + NUMBER.incrementAndGet());
    }

    @AfterEach
    void clean() throws Exception {
        EngineHost last = opened;
        try {
            if (last != null) {
                last.close();
            } else if (Files.exists(stateDir.resolve("manifest.yaml"))) {
                takeOver().close();
            }
        } finally {
            if (around != null) {
                around.close();
            }
        }
    }

    final void runAndKill(String manifest, String moment, String... options) throws Exception {
        Files.writeString(stateDir.resolve("manifest.yaml"), manifest);
        runAndKill(moment, List.of(options), () -> {});
    }

    /** What happens between the moment and the kill. */
    interface Meanwhile {
        void run() throws Exception;
    }

    final void runAndKill(String moment, List<String> options, Meanwhile meanwhile) throws Exception {
        String manifest = stateDir.resolve("manifest.yaml").toString();
        List<String> command =
                ThisJvm.command(options, EngineHarness.class, stateDir.toString(), parent.toString(), manifest, moment);
        File output = stateDir.resolve("harness.log").toFile();
        Files.deleteIfExists(stateDir.resolve("here"));
        Process harness = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            await().atMost(BOUND).until(() -> {
                assertTrue(harness.isAlive(), () -> "the harness ended: " + read(output));
                return Files.exists(stateDir.resolve("here"));
            });
            meanwhile.run();
        } finally {
            harness.destroyForcibly();
            assertTrue(harness.waitFor(Patience.seconds(20), TimeUnit.SECONDS));
        }
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    final EngineHost takeOver() throws Exception {
        EngineHost host = new EngineHost(stateDir, parent, spawner -> spawner);
        opened = host;
        host.run(host.groups::adopt);
        return host;
    }

    final List<Integer> processes() throws Exception {
        return Objects.requireNonNull(around).processes(parent.child("g").child("a"));
    }

    static String one(String command, String more) {
        return EngineHost.manifest(
                "g", "{}", "[{name: a, namespaces: [], command: [sh, -c, \"" + command + "\"]" + more + "}]");
    }
}
