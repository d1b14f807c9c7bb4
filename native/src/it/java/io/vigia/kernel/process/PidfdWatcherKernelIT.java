package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.parse.ProcStat;
import io.vigia.kernel.process.PidfdWatcher.Watch;
import io.vigia.kernel.process.Spawner.Spawned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes before and after the word of an end. */
class PidfdWatcherKernelIT {
    private final TestKernel kernel = new TestKernel();
    private final PosixSpawner spawner = kernel.spawner(new ChildDefaults(512, 4096, 7));

    @AfterEach
    void closes() throws Exception {
        spawner.close();
        kernel.close();
    }

    @Test
    void readsTheExitMessageBeforeItWaitsForTheChild() throws Exception {
        Spawned child = child("exec sleep 100");
        List<String> order = new ArrayList<>();
        CompletableFuture<ExitStatus> end = new CompletableFuture<>();
        kernel.onLoop(() -> {
            kernel.watcher.readFirst(() -> {
                ProcStat stat = ProcFs.stat(child.id().pid()).orNull();
                order.add("read, it is " + (stat == null ? "gone" : stat.state()));
                kernel.loop.execute(() -> order.add("what was told then"));
            });
            return watch(child, order, end);
        });
        kernel.syscalls.pidfdSendSignal(child.pidfd(), 9);

        assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Signaled(9, false));
        assertThat(kernel.onLoop(() -> List.copyOf(order)))
                .containsExactly("read, it is Z", "what was told then", "ended");
    }

    @Test
    void tellsTheEndThoughTheMessagesCannotBeRead() throws Exception {
        Spawned child = child("exit 3");
        CompletableFuture<ExitStatus> end = new CompletableFuture<>();
        kernel.onLoop(() -> {
            kernel.watcher.readFirst(() -> {
                throw new IllegalStateException("no messages today");
            });
            return watch(child, new ArrayList<>(), end);
        });

        assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Exited(3));
    }

    @Test
    void saysNothingOfAWatchThatIsCancelledOnceTheEndWasSeen() throws Exception {
        Spawned child = child("exit 3");
        List<String> order = new ArrayList<>();
        CompletableFuture<Void> seen = new CompletableFuture<>();
        kernel.onLoop(() -> {
            Watch[] made = new Watch[1];
            kernel.watcher.readFirst(() -> {
                made[0].cancel();
                seen.complete(null);
            });
            made[0] = watch(child, order, new CompletableFuture<>());
            return made[0];
        });
        seen.get(Patience.seconds(20), TimeUnit.SECONDS);

        CompletableFuture<List<String>> told = new CompletableFuture<>();
        // Behind all that was queued when the end was seen, and what that would have queued.
        kernel.loop.execute(
                () -> kernel.loop.executeLast(() -> kernel.loop.executeLast(() -> told.complete(List.copyOf(order)))));
        assertThat(told.get(Patience.seconds(20), TimeUnit.SECONDS)).isEmpty();
        assertThat(kernel.syscalls.waitPidfd(child.pidfd()).orNull()).isEqualTo(new ExitStatus.Exited(3));
        child.pidfd().close();
    }

    private Watch watch(Spawned child, List<String> order, CompletableFuture<ExitStatus> end) {
        return kernel.watcher.watch(child.id(), child.pidfd(), (id, status, nanos) -> {
            order.add("ended");
            child.pidfd().close();
            end.complete(status);
        });
    }

    private Spawned child(String script) {
        return spawner.spawn(
                new SpawnRequest(List.of("sh", "-c", script), Map.of("PATH", "/usr/bin:/bin"), null, null, null, null));
    }
}
