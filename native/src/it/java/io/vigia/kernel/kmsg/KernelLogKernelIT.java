package io.vigia.kernel.kmsg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.OomVictimChosen;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.process.ChildDefaults;
import io.vigia.kernel.process.PosixSpawner;
import io.vigia.kernel.process.SpawnRequest;
import io.vigia.kernel.process.Spawner;
import io.vigia.kernel.process.TestCgroup;
import io.vigia.kernel.process.TestKernel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KernelLogKernelIT {
    private final Queue<KernelEvent> events = new ConcurrentLinkedQueue<>();

    @Test
    void namesTheVictimAndItsGroup() throws Exception {
        runOutOfMemory((kernel, log, pid) -> Awaitility.await()
                .atMost(Patience.of(20))
                .until(() -> !victims(pid).isEmpty()));
    }

    /** The log's readers are woken with the next tick; who reads it at the end of a process need not wait for that. */
    @Test
    void hasTheVictimForWhoReadsItAtItsEnd() throws Exception {
        runOutOfMemory((kernel, log, pid) -> {
            List<OomVictimChosen> read = kernel.onLoop(() -> {
                log.readNow();
                return victims(pid);
            });
            assertThat(read).hasSize(1);
        });
    }

    /** What is done between the end of the victim and the look at what was told of it. */
    @FunctionalInterface
    private interface Between {
        void then(TestKernel kernel, KernelLog log, int pid) throws Exception;
    }

    private void runOutOfMemory(Between between) throws Exception {
        CompletableFuture<Support> probed = new CompletableFuture<>();
        try (TestKernel kernel = new TestKernel();
                TestCgroup cgroup = TestCgroup.create();
                PosixSpawner spawner = kernel.spawner(ChildDefaults.UNCHANGED)) {
            KernelLog log = kernel.<@Nullable KernelLog>onLoop(
                    () -> KernelLog.start(kernel.loop, kernel.syscalls, kernel.calls, events::add, probed::complete));
            Support support = probed.get(Patience.seconds(10), TimeUnit.SECONDS);
            assumeTrue(log != null, () -> "no kernel log here: " + support);
            try {
                assumeTrue(cgroup.limitMemory(16 << 20), "no memory controller to run out of");
                Spawner.Spawned greedy = spawner.spawn(new SpawnRequest(
                        List.of("tail", "/dev/zero"),
                        Map.of("PATH", "/usr/bin:/bin"),
                        null,
                        null,
                        cgroup.entry(),
                        null));
                assertThat(kernel.await(greedy)).isEqualTo(new ExitStatus.Signaled(9, false));
                int pid = greedy.id().pid();
                between.then(kernel, Objects.requireNonNull(log), pid);
                assertThat(victims(pid)).singleElement().satisfies(victim -> {
                    assertThat(victim.comm()).isEqualTo("tail");
                    assertThat(String.valueOf(victim.group()))
                            .endsWith("/" + cgroup.path().name());
                    assertThat(victim.limitedBy()).isEqualTo(victim.group());
                    assertThat(victim.anonRssBytes()).isBetween(1L << 20, 16L << 20);
                });
            } finally {
                kernel.loop.execute(Objects.requireNonNull(log)::close);
            }
        }
    }

    private List<OomVictimChosen> victims(int pid) {
        return events.stream()
                .filter(OomVictimChosen.class::isInstance)
                .map(OomVictimChosen.class::cast)
                .filter(victim -> victim.pid() == pid)
                .toList();
    }
}
