package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.event.KernelEvent.ProcessExeced;
import io.vigia.kernel.event.KernelEvent.ProcessExited;
import io.vigia.kernel.event.KernelEvent.ProcessForked;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.loop.EpollKernelLoop;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.parse.ProcStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcConnectorKernelIT {
    private static final int SIGUSR1 = 10;
    private static final Map<String, String> ENV = Map.of("PATH", "/usr/bin:/bin");

    private final TestKernel kernel = new TestKernel();
    private final PosixSpawner spawner = kernel.spawner(ChildDefaults.UNCHANGED);
    private final Queue<KernelEvent> events = new ConcurrentLinkedQueue<>();
    private final Queue<Long> reconciled = new ConcurrentLinkedQueue<>();
    private @Nullable ProcConnector connector;

    @AfterEach
    void closes() throws Exception {
        ProcConnector open = connector;
        if (open != null) {
            boolean unused = kernel.onLoop(() -> {
                open.close();
                return true;
            });
        }
        spawner.close();
        kernel.close();
    }

    @Test
    void tellsForkExecAndExitOfAChild() throws Exception {
        listen(ProcConnector.DEFAULT_BUFFER_BYTES);
        Spawner.Spawned child = spawner.spawn(shell("exit 7"));
        int pid = child.id().pid();
        assertThat(kernel.await(child)).isEqualTo(new ExitStatus.Exited(7));
        await(() -> events.stream().anyMatch(e -> e instanceof ProcessExited x && x.pid() == pid));
        int self = kernel.syscalls.pid();
        assertThat(events)
                .filteredOn(e -> switch (e) {
                    case ProcessForked f -> f.pid() == pid;
                    case ProcessExeced x -> x.pid() == pid;
                    case ProcessExited x -> x.pid() == pid;
                    default -> false;
                })
                .satisfiesExactly(
                        e -> assertThat(((ProcessForked) e).parentPid()).isEqualTo(self),
                        e -> assertThat(e).as("the helper").isInstanceOf(ProcessExeced.class),
                        e -> assertThat(e).as("the program").isInstanceOf(ProcessExeced.class),
                        e -> {
                            assertThat(((ProcessExited) e).status()).isEqualTo(new ExitStatus.Exited(7));
                            assertThat(((ProcessExited) e).parentPid()).isEqualTo(self);
                        });
    }

    @Test
    void endsAProcessWithItsLastThreadOnce() throws Exception {
        listen(ProcConnector.DEFAULT_BUFFER_BYTES);
        assumeTrue(
                Files.exists(Path.of("/usr/bin/python3")), "python3 is not installed: no program with threads to run");
        Spawner.Spawned child = spawner.spawn(request(List.of("python3", "-c", """
            import threading, os, ctypes, signal
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
            def f():
                signal.sigwait({signal.SIGUSR1})
                os._exit(9)
            threading.Thread(target=f).start()
            ctypes.CDLL(None).syscall(60 if os.uname().machine == 'x86_64' else 93, 0)
            """)));
        // The first thread has ended, for which the kernel shows a zombie while the other one lives.
        await(() -> stat(child.id().pid()).state() == 'Z');
        assertThat(kernel.syscalls.pidfdSendSignal(child.pidfd(), SIGUSR1)).isTrue();
        assertThat(kernel.await(child)).isEqualTo(new ExitStatus.Exited(9));
        int pid = child.id().pid();
        await(() -> events.stream().anyMatch(e -> e instanceof ProcessExited x && x.pid() == pid));
        assertThat(events)
                .filteredOn(e -> e instanceof ProcessExited x && x.pid() == pid)
                .singleElement()
                .satisfies(e -> assertThat(((ProcessExited) e).status()).isEqualTo(new ExitStatus.Exited(9)));
    }

    @Test
    void countsWhatItLostExactlyAfterAStallOfASecond() throws Exception {
        listen(64 * 1024);
        // A second listener with room for all of it is the independent counter.
        EpollKernelLoop otherLoop = EpollKernelLoop.create(kernel.vertx);
        CompletableFuture<Support> probed = new CompletableFuture<>();
        CompletableFuture<@Nullable ProcConnector> made = new CompletableFuture<>();
        otherLoop.execute(() -> made.complete(ProcConnector.start(
                otherLoop, kernel.syscalls, ProcConnector.DEFAULT_BUFFER_BYTES, e -> {}, n -> {}, probed::complete)));
        ProcConnector witness = made.get(Patience.seconds(10), TimeUnit.SECONDS);
        assumeTrue(
                witness != null
                        && probed.get(Patience.seconds(10), TimeUnit.SECONDS).usable(),
                "no second connector");
        try {
            // What is lost of a CPU before its first message nobody can know; the witness may have heard it by then.
            aMessageFromEachCpu();
            long headStart = headStart(witness, otherLoop);
            long forksBefore = forksOfTheHost();
            CompletableFuture<ExitStatus> storm =
                    kernel.end(spawner.spawn(shell("i=0; while [ $i -lt 3000 ]; do (:); i=$((i+1)); done")));
            CountDownLatch stalled = new CountDownLatch(1);
            kernel.loop.execute(() -> stall(stalled, forksBefore + 3000));
            assertThat(stalled.await(Patience.seconds(60), TimeUnit.SECONDS)).isTrue();
            assertThat(storm.get(Patience.seconds(60), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Exited(0));
            long forks = forksOfTheHost() - forksBefore;
            assertThat(forks).isGreaterThanOrEqualTo(3000);

            // Lost tails show with the next message of each CPU; both have then been told of every message.
            Awaitility.await().atMost(Patience.of(30)).untilAsserted(() -> {
                aMessageFromEachCpu();
                long[] ours = account(kernel.loop, open());
                long[] theirs = account(otherLoop, witness);
                assertThat(theirs[1]).as("the witness lost nothing").isZero();
                assertThat(ours[1]).isPositive();
                assertThat(ours[2] - theirs[2]).isEqualTo(headStart);
            });
            assertThat(reconciled).isNotEmpty();
            long told = events.stream()
                    .filter(EventsLost.class::isInstance)
                    .mapToLong(e -> ((EventsLost) e).count())
                    .sum();
            assertThat(told).isEqualTo(account(kernel.loop, open())[1]);
        } finally {
            otherLoop.execute(witness::close);
        }
    }

    private void aMessageFromEachCpu() throws Exception {
        for (int cpu = 0; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
            ExitStatus unused = kernel.await(
                    spawner.spawn(request(List.of("taskset", "-c", Integer.toString(cpu), "sh", "-c", "(:); (:)"))));
        }
    }

    /** Messages before the witness listened; two samples are not one moment, so until they agree. */
    private long headStart(ProcConnector witness, KernelLoop otherLoop) {
        Deque<Long> samples = new ArrayDeque<>();
        Awaitility.await().atMost(Patience.of(20)).until(() -> {
            samples.addFirst(account(kernel.loop, open())[2] - account(otherLoop, witness)[2]);
            return samples.size() >= 5 && samples.stream().limit(5).distinct().count() == 1;
        });
        return samples.getFirst();
    }

    /** Keeps the loop from reading for a second, and then until the storm is over and has filled the buffer. */
    private static void stall(CountDownLatch stalled, long forks) {
        long began = System.nanoTime();
        long least = began + 1_200_000_000L;
        long most = began + TimeUnit.SECONDS.toNanos(Patience.seconds(50));
        while (System.nanoTime() < least || (forksOfTheHost() < forks && System.nanoTime() < most)) {
            Thread.onSpinWait();
        }
        stalled.countDown();
    }

    private ProcConnector open() {
        return Objects.requireNonNull(connector);
    }

    private static long[] account(KernelLoop loop, ProcConnector connector) throws Exception {
        CompletableFuture<long[]> account = new CompletableFuture<>();
        loop.execute(() -> account.complete(
                new long[] {connector.received(), connector.lost(), connector.received() + connector.lost()}));
        return account.get(Patience.seconds(10), TimeUnit.SECONDS);
    }

    /** Every fork and clone since boot, as the scheduler counts them. */
    private static long forksOfTheHost() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
            return lines.filter(l -> l.startsWith("processes "))
                    .mapToLong(l -> Long.parseLong(l.substring(10)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen(int bufferBytes) throws Exception {
        CompletableFuture<Support> probed = new CompletableFuture<>();
        connector = kernel.<@Nullable ProcConnector>onLoop(() -> ProcConnector.start(
                kernel.loop, kernel.syscalls, bufferBytes, events::add, reconciled::add, probed::complete));
        Support support = probed.get(Patience.seconds(10), TimeUnit.SECONDS);
        assumeTrue(support.usable(), () -> "no proc connector here: " + support);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Patience.of(20)).until(condition);
    }

    private static ProcStat stat(int pid) throws IOException {
        byte[] line = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
        return ProcStat.parse(line, line.length);
    }

    private static SpawnRequest shell(String script) {
        return request(List.of("sh", "-c", script));
    }

    private static SpawnRequest request(List<String> command) {
        return new SpawnRequest(command, ENV, null, null, null, null);
    }
}
