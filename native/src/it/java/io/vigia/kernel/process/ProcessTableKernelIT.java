package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.ProcessExited;
import io.vigia.kernel.event.KernelEvent.ProcessForked;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Support;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProcessTableKernelIT {
    private static final Map<String, String> ENV = Map.of("PATH", "/usr/bin:/bin");

    @Test
    void aDaemonThatForksTwiceAndLeavesItsSessionStaysAttributed() throws Exception {
        try (TestKernel kernel = new TestKernel();
                TestCgroup cgroup = TestCgroup.create();
                PosixSpawner spawner = kernel.spawner(ChildDefaults.UNCHANGED)) {
            ProcessTable table = new ProcessTable(kernel.loop, 65_536);
            CompletableFuture<Support> probed = new CompletableFuture<>();
            ProcConnector connector = kernel.<@Nullable ProcConnector>onLoop(() -> ProcConnector.start(
                    kernel.loop,
                    kernel.syscalls,
                    ProcConnector.DEFAULT_BUFFER_BYTES,
                    table::accept,
                    n -> {},
                    probed::complete));
            Support support = probed.get(Patience.seconds(10), TimeUnit.SECONDS);
            assumeTrue(support.usable(), () -> "no proc connector here: " + support);
            try {
                kernel.loop.execute(table::reconcileStarting);
                List<ProcessSeen> found = ProcessSeen.all();
                kernel.loop.execute(() -> table.reconcileDone(found));
                // The shell waits for a line, so that its group is known before it forks.
                Spawner.Spawned root = spawner.spawn(new SpawnRequest(
                        List.of(
                                "sh",
                                "-c",
                                "while [ ! -e /proc/$$/cwd/go ]; do :; done; (setsid sh -c '(sleep 100 &)' &); exec"
                                        + " sleep 100"),
                        ENV,
                        cgroup.directory().toString(),
                        null,
                        cgroup.entry(),
                        null));
                CompletableFuture<ExitStatus> end = kernel.end(root);
                boolean unused = kernel.onLoop(() -> {
                    table.assign(root.id().pid(), cgroup.path());
                    return true;
                });
                java.nio.file.Files.createDirectory(cgroup.directory().resolve("go"));
                Awaitility.await().atMost(Patience.of(20)).untilAsserted(() -> {
                    List<Integer> actual = cgroup.lines("cgroup.procs").stream()
                            .map(Integer::valueOf)
                            .toList();
                    assertThat(actual).hasSize(2);
                    assertThat(kernel.onLoop(() -> table.members(cgroup.path())))
                            .containsExactlyInAnyOrderElementsOf(actual);
                });
                cgroup.write("cgroup.kill", "1");
                assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS))
                        .isEqualTo(new ExitStatus.Signaled(9, false));
                Awaitility.await()
                        .atMost(Patience.of(20))
                        .until(() ->
                                kernel.onLoop(() -> table.members(cgroup.path()).isEmpty()));
            } finally {
                java.nio.file.Files.deleteIfExists(cgroup.directory().resolve("go"));
                kernel.loop.execute(Objects.requireNonNull(connector)::close);
            }
        }
    }

    @Test
    void scanningFindsWhatTheConnectorWouldHaveTold() throws Exception {
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try (TestKernel kernel = new TestKernel();
                PosixSpawner spawner = kernel.spawner(ChildDefaults.UNCHANGED)) {
            Queue<KernelEvent> events = new ConcurrentLinkedQueue<>();
            AtomicInteger looks = new AtomicInteger();
            ProcScanner scanner = new ProcScanner(kernel.loop, worker, 50, events::add, () -> {
                looks.incrementAndGet();
                return ProcessSeen.all();
            });
            kernel.loop.execute(scanner::start);
            // What the first look finds was there before and gives no events.
            Awaitility.await().atMost(Patience.of(20)).until(() -> looks.get() >= 2);
            Spawner.Spawned child =
                    spawner.spawn(new SpawnRequest(List.of("sleep", "100"), ENV, null, null, null, null));
            int pid = child.id().pid();
            CompletableFuture<ExitStatus> end = kernel.end(child);
            try {
                Awaitility.await()
                        .atMost(Patience.of(20))
                        .until(() -> events.stream().anyMatch(e -> e instanceof ProcessForked f && f.pid() == pid));
            } finally {
                assertThat(kernel.syscalls.pidfdSendSignal(child.pidfd(), 9)).isTrue();
            }
            assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Signaled(9, false));
            Awaitility.await()
                    .atMost(Patience.of(20))
                    .until(() -> events.stream()
                            .anyMatch(e -> e instanceof ProcessExited x
                                    && x.pid() == pid
                                    && x.status() instanceof ExitStatus.Unknown));
            kernel.loop.execute(scanner::close);
        } finally {
            worker.shutdownNow();
        }
    }

    /** Of two that came between the same two looks, the child's group is known only once its parent's is. */
    @Test
    void scanningTellsParentsBeforeTheirChildren() {
        assertThat(forksTold(
                        List.of(),
                        List.of(
                                new ProcessSeen(5, 64, 11, 1, null),
                                new ProcessSeen(62, 1, 10, 1, null),
                                new ProcessSeen(63, 62, 10, 1, null),
                                new ProcessSeen(64, 63, 10, 1, null))))
                .containsExactly(62, 63, 64, 5);
    }

    @Test
    void theFirstLookTellsWhatStartedSinceThisProcess() {
        List<ProcessSeen> found = List.of(
                new ProcessSeen((int) ProcessHandle.current().pid(), 1, 100, 1, null),
                new ProcessSeen(5, 1, 100, 1, null),
                new ProcessSeen(4, 1, 99, 1, null),
                new ProcessSeen(7, 6, 102, 1, null),
                new ProcessSeen(6, 1, 101, 1, null));
        assertThat(forksTold(found, found)).containsExactly(6, 7);
    }

    /** By a scanner whose looks find these. */
    private static List<Integer> forksTold(List<ProcessSeen> first, List<ProcessSeen> later) {
        try (TestKernel kernel = new TestKernel()) {
            Queue<Integer> forks = new ConcurrentLinkedQueue<>();
            AtomicInteger looks = new AtomicInteger();
            ProcScanner scanner = new ProcScanner(
                    kernel.loop,
                    Runnable::run,
                    20,
                    event -> {
                        if (event instanceof ProcessForked fork) {
                            forks.add(fork.pid());
                        }
                    },
                    () -> looks.getAndIncrement() == 0 ? first : later);
            kernel.loop.execute(scanner::start);
            // What a look found is told by the time of the second after it.
            Awaitility.await().atMost(Patience.of(20)).until(() -> looks.get() >= 4);
            kernel.loop.execute(scanner::close);
            return List.copyOf(forks);
        }
    }
}
