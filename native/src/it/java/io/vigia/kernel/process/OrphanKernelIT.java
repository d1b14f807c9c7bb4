package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanKernelIT {
    private static final Map<String, String> ENV = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path folder;

    @Test
    void learnsHowAProcessEndedThatIsNotOurs() throws Exception {
        try (TestKernel kernel = new TestKernel();
                PosixSpawner spawner = kernel.spawner(ChildDefaults.UNCHANGED)) {
            assumeTrue(!kernel.calls.isReaper(), "this JVM is a reaper: its orphans become its children");
            ProcessId orphan = orphan(kernel, spawner, "while [ ! -e go ]; do :; done; exit 3");
            Fd pidfd = Objects.requireNonNull(
                    kernel.syscalls.pidfdOpen(orphan.pid()).orNull());
            assertThat(ProcFs.exists(orphan)).isTrue();
            CompletableFuture<ExitStatus> end = kernel.end(new Spawner.Spawned(orphan, pidfd));
            Files.createFile(folder.resolve("go"));
            ExitStatus status = end.get(Patience.seconds(20), TimeUnit.SECONDS);
            // Before Linux 6.15 only the connector can say, and none is connected here.
            assertThat(status)
                    .satisfiesAnyOf(
                            s -> assertThat(s).isEqualTo(new ExitStatus.Exited(3)),
                            s -> assertThat(s).isInstanceOf(ExitStatus.Unknown.class));
        }
    }

    @Test
    void believesTheConnectorAboutAProcessThatIsNotOurs() throws Exception {
        try (TestKernel kernel = new TestKernel();
                PosixSpawner spawner = kernel.spawner(ChildDefaults.UNCHANGED)) {
            assumeTrue(!kernel.calls.isReaper(), "this JVM is a reaper: its orphans become its children");
            ProcessId orphan = orphan(kernel, spawner, "while [ ! -e go ]; do :; done; exit 3");
            Fd pidfd = Objects.requireNonNull(
                    kernel.syscalls.pidfdOpen(orphan.pid()).orNull());
            CompletableFuture<ExitStatus> end = kernel.end(new Spawner.Spawned(orphan, pidfd));
            kernel.loop.execute(
                    () -> kernel.watcher.exitReported(orphan.pid(), new ExitStatus.Exited(3), System.nanoTime()));
            Files.createFile(folder.resolve("go"));
            assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Exited(3));
        }
    }

    @Test
    void reapsOrphansAndNobodyElsesChildren() throws Exception {
        try (TestKernel kernel = new TestKernel();
                PosixSpawner spawner = kernel.spawner(ChildDefaults.UNCHANGED)) {
            kernel.calls.setSubreaper(true);
            try {
                assertThat(kernel.calls.isReaper()).isTrue();
                OrphanReaper reaper = new OrphanReaper(kernel.calls, kernel.children);
                // Not before its parent has ended, which might else reap it.
                ProcessId orphan = orphan(kernel, spawner, "while [ ! -e go ]; do :; done; exit 5");
                Files.createFile(folder.resolve("go"));
                // Unwatched, so a zombie, and claimed: nobody's to reap but the watcher's.
                Spawner.Spawned ours = spawner.spawn(request("exit 6"));
                Process jvms = new ProcessBuilder("sh", "-c", "exit 7").start();
                Map<ProcessId, ExitStatus> reaped = new ConcurrentHashMap<>();
                Awaitility.await().atMost(Patience.of(20)).until(() -> {
                    reaped.putAll(reaper.reapOrphans());
                    return reaped.containsKey(orphan);
                });
                assertThat(reaped).containsEntry(orphan, new ExitStatus.Exited(5));
                assertThat(kernel.await(ours)).isEqualTo(new ExitStatus.Exited(6));
                assertThat(jvms.waitFor(Patience.seconds(20), TimeUnit.SECONDS)).isTrue();
                assertThat(jvms.exitValue()).isEqualTo(7);
                assertThat(reaped).doesNotContainKey(ours.id());
            } finally {
                kernel.calls.setSubreaper(false);
            }
        }
    }

    /** A grandchild whose parent has ended. */
    private ProcessId orphan(TestKernel kernel, Spawner spawner, String script) throws Exception {
        Path pidFile = folder.resolve("pid");
        Spawner.Spawned parent = spawner.spawn(request("(" + script + ") & echo $! > pid"));
        int parentPid = parent.id().pid();
        assertThat(kernel.await(parent)).isEqualTo(new ExitStatus.Exited(0));
        int pid = Integer.parseInt(Files.readString(pidFile).strip());
        assertThat(pid).isNotEqualTo(parentPid);
        return ProcFs.id(pid) instanceof Reading.Known<ProcessId>(ProcessId id) ? id : new ProcessId(pid, -1);
    }

    private SpawnRequest request(String script) {
        return new SpawnRequest(List.of("sh", "-c", script), ENV, folder.toString(), null, null, null);
    }
}
