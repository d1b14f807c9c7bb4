package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import java.io.IOException;
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
            // Reaped by its parent at once, as by an init; not every container's does so.
            CompletableFuture<ExitStatus> parentsEnd = kernel.end(spawner.spawn(
                    request("(while [ ! -e go ]; do :; done; exit 3) & echo $! > new; mv new pid; wait")));
            Awaitility.await().atMost(Patience.of(20)).until(() -> Files.exists(folder.resolve("pid")));
            ProcessId grandchild = told();
            assertThat(ProcFs.exists(grandchild)).isTrue();
            Fd pidfd = Objects.requireNonNull(
                    kernel.syscalls.pidfdOpen(grandchild.pid()).orNull());
            CompletableFuture<ExitStatus> end = kernel.end(new Spawner.Spawned(grandchild, pidfd));
            Files.createFile(folder.resolve("go"));
            ExitStatus status = end.get(Patience.seconds(20), TimeUnit.SECONDS);
            if (tellsExitsOfOthers()) {
                assertThat(status).isEqualTo(new ExitStatus.Exited(3));
            } else {
                // Only the connector can say, and none is connected here.
                assertThat(status).isInstanceOf(ExitStatus.Unknown.class);
            }
            assertThat(parentsEnd.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Exited(0));
        }
    }

    /** PIDFD_INFO_EXIT: Linux 6.15. By the version, as a call that is made wrongly would seem to be missing. */
    private static boolean tellsExitsOfOthers() {
        String[] release = System.getProperty("os.version").split("[.-]", 3);
        int major = Integer.parseInt(release[0]);
        return major > 6 || (major == 6 && Integer.parseInt(release[1]) >= 15);
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
        Spawner.Spawned parent = spawner.spawn(request("(" + script + ") & echo $! > pid"));
        int parentPid = parent.id().pid();
        assertThat(kernel.await(parent)).isEqualTo(new ExitStatus.Exited(0));
        ProcessId orphan = told();
        assertThat(orphan.pid()).isNotEqualTo(parentPid);
        return orphan;
    }

    /** What the script wrote. */
    private ProcessId told() throws IOException {
        int pid = Integer.parseInt(Files.readString(folder.resolve("pid")).strip());
        return ProcFs.id(pid) instanceof Reading.Known<ProcessId>(ProcessId id) ? id : new ProcessId(pid, -1);
    }

    private SpawnRequest request(String script) {
        return new SpawnRequest(List.of("sh", "-c", script), ENV, folder.toString(), null, null, null);
    }
}
