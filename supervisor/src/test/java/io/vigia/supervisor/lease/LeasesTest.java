package io.vigia.supervisor.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.ContextLoop;
import io.vigia.supervisor.action.FakeCgroups;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.group.GroupOperations;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.StateWaiters;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.LeaseHolder;
import io.vigia.supervisor.policy.LeaseIntent;
import io.vigia.supervisor.policy.LeaseKey;
import io.vigia.supervisor.policy.Moment;
import io.vigia.supervisor.policy.Order;
import io.vigia.supervisor.policy.Victim;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else writes a leased file, at each moment around vigia's own write. */
class LeasesTest {
    private static final LimitValue FREE = LimitFile.CPU_MAX.kernelDefault();
    private static final LimitValue OURS = new LimitValue.CpuQuota(30_000, 100_000);
    private static final LimitValue TIGHTER = new LimitValue.CpuQuota(20_000, 100_000);
    private static final LimitValue THEIRS = new LimitValue.CpuQuota(70_000, 100_000);

    @TempDir
    Path folder;

    private final FakeCgroups cgroups = new FakeCgroups();
    private final FakeCgroups.FakeCgroup group = cgroups.add("/batch");
    private final LeaseHolder holder = LeaseHolder.ofPolicy("p", group.id());
    private final LeaseHolder other = LeaseHolder.ofPolicy("q", group.id());
    private final List<String> ended = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final GroupWorkers workers = new GroupWorkers(vertx, 4, 100);
    private LeaseLog log;
    private Leases leases;
    private LimitService limits;

    @BeforeEach
    void start() throws Exception {
        log = openLog();
        GroupTable table = new GroupTable();
        limits = new LimitService(
                cgroups,
                workers,
                draft -> {},
                InstantSource.system(),
                () -> Reading.known(0L),
                (path, id, file, ours) -> loop.execute(() -> leases.drifted(path, id, file)));
        GroupOperations operations = new GroupOperations(
                loop, cgroups, workers, new StateWaiters(loop, table), new Signaller(cgroups, new JnaSyscalls()), log);
        leases = new Leases(
                loop, table, limits, operations, workers, log, LeasesTest::now, (of, key, why) -> ended.add(why));
        loop.await(() -> {
            table.put(group.path(), group.id());
            return Future.succeededFuture();
        });
    }

    @AfterEach
    void stop() throws Exception {
        workers.close();
        log.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void givesBackWhatTheSurveySaw() throws Exception {
        take(FREE);
        assertThat(limit()).isEqualTo(OURS);
        giveBack();
        assertThat(limit()).isEqualTo(FREE);
        assertThat(onDisk()).isEmpty();
    }

    @Test
    void isOnDiskBeforeTheWrite() throws Exception {
        List<LeaseKey> found = new ArrayList<>();
        group.onWrite((file, value) -> {
            try (LeaseLog another = openLog()) {
                found.addAll(another.book(now()).keys());
            }
        });
        take(FREE);
        assertThat(found).containsExactly(new LeaseKey(group.path(), group.id(), "cpu.max"));
    }

    @Test
    void givesBackWhatWasWrittenAfterTheSurvey() throws Exception {
        group.set(LimitFile.CPU_MAX, THEIRS);
        take(FREE);
        assertThat(limit()).isEqualTo(OURS);
        giveBack();
        assertThat(limit()).isEqualTo(THEIRS);
        assertThat(onDisk()).isEmpty();
    }

    @Test
    void keepsTheLeaseWhenANoticeIsOlderThanItsWrite() throws Exception {
        group.onWrite((file, value) -> noticedNow());
        take(FREE);
        loop.await(this::settled);
        assertThat(ended).isEmpty();
        assertThat(limit()).isEqualTo(OURS);
        assertThat(loop.await(() -> Future.succeededFuture(leases.size()))).isEqualTo(1);
    }

    @Test
    void keepsTheLeaseWhenAnotherEndsWhileTheFileIsLookedAt() throws Exception {
        take(FREE);
        take(other, TIGHTER, OURS);
        loop.await(() -> {
            leases.drifted(group.path(), group.id(), LimitFile.CPU_MAX);
            return leases.giveBack(other);
        });
        loop.await(this::settled);
        assertThat(ended).containsExactly("given back");
        assertThat(limit()).isEqualTo(OURS);
        giveBack();
        assertThat(limit()).isEqualTo(FREE);
    }

    @Test
    void endsTheLeaseWhenSomebodyElseWroteAfterIt() throws Exception {
        take(FREE);
        group.set(LimitFile.CPU_MAX, THEIRS);
        noticedNow();
        await().atMost(60, TimeUnit.SECONDS).until(() -> loop.await(() -> Future.succeededFuture(leases.size())) == 0);
        assertThat(ended).containsExactly("somebody else set it to 70000 100000");
        giveBack();
        assertThat(limit()).isEqualTo(THEIRS);
    }

    @Test
    void endsTheLeaseOfAnotherWhenSomebodyElseWroteSinceTheSurvey() throws Exception {
        take(FREE);
        group.set(LimitFile.CPU_MAX, THEIRS);
        take(other, TIGHTER, OURS);
        assertThat(limit()).isEqualTo(TIGHTER);
        assertThat(ended).startsWith("somebody else set it to 70000 100000");
        giveBack();
        assertThat(limit()).isEqualTo(TIGHTER);
        loop.await(() -> leases.giveBack(other));
        assertThat(limit()).isEqualTo(THEIRS);
        assertThat(onDisk()).isEmpty();
    }

    @Test
    void endsTheLeaseWhenAnOperatorSetsTheVeryValue() throws Exception {
        take(FREE);
        LimitChange same = new LimitChange(Map.of(LimitFile.CPU_MAX, Optional.of(OURS)), null, null, false, false);
        loop.await(() -> leases.taking().change(group.path(), same, "api"));
        await().atMost(60, TimeUnit.SECONDS).until(() -> loop.await(() -> Future.succeededFuture(leases.size())) == 0);
        giveBack();
        assertThat(limit()).isEqualTo(OURS);
        assertThat(onDisk()).isEmpty();
    }

    @Test
    void aShorterWordOfAnOperatorLeavesTheLongerOne() throws Exception {
        set(OURS, Duration.ofHours(1));
        set(TIGHTER, Duration.ofMillis(1));
        await().atMost(60, TimeUnit.SECONDS).until(() -> OURS.equals(limit()));
        assertThat(loop.await(() -> Future.succeededFuture(leases.size()))).isEqualTo(1);
        assertThat(group.writes()).hasSize(3);
    }

    @Test
    void anOperatorsRefusedWordLeavesTheLeaseThatWasThere() throws Exception {
        take(FREE);
        set(THEIRS, Duration.ofHours(1));
        group.onWrite((file, value) -> {
            if (value.equals(TIGHTER)) {
                throw KernelException.of("write", "cpu.max", Errno.EBUSY);
            }
        });
        assertThatThrownBy(() -> set(TIGHTER, Duration.ofHours(2))).isInstanceOf(ExecutionException.class);
        await().atMost(60, TimeUnit.SECONDS).until(() -> loop.await(() -> Future.succeededFuture(leases.size())) == 2);
        assertThat(limit()).isEqualTo(THEIRS);
        assertThat(onDisk()).hasSize(1);
    }

    @Test
    void aPolicysRefusedWriteLeavesTheLeaseOfAnother() throws Exception {
        take(other, OURS, FREE);
        group.onWrite((file, value) -> {
            if (value.equals(TIGHTER)) {
                throw KernelException.of("write", "cpu.max", Errno.EBUSY);
            }
        });
        assertThatThrownBy(() -> take(holder, TIGHTER, OURS)).isInstanceOf(ExecutionException.class);
        await().atMost(60, TimeUnit.SECONDS).until(() -> loop.await(() -> Future.succeededFuture(leases.size())) == 1);
        assertThat(limit()).isEqualTo(OURS);
        loop.await(() -> leases.giveBack(other));
        assertThat(limit()).isEqualTo(FREE);
        assertThat(onDisk()).isEmpty();
    }

    /** Whoever asked was answered at the deadline; the kernel has it later. */
    @Test
    void givesBackWhatWasWrittenAfterItsDeadline() throws Exception {
        group.onWrite((file, value) -> {
            if (value.equals(OURS)) {
                group.set(file, value);
                throw Problem.of(Problem.Kind.IN_FLIGHT, "still under way");
            }
        });
        assertThatThrownBy(() -> take(FREE)).isInstanceOf(ExecutionException.class);
        assertThat(onDisk()).hasSize(1);
        giveBack();
        assertThat(limit()).isEqualTo(FREE);
        assertThat(onDisk()).isEmpty();
    }

    private void set(LimitValue wanted, Duration ttl) throws Exception {
        LimitChange change = new LimitChange(Map.of(LimitFile.CPU_MAX, Optional.of(wanted)), null, ttl, false, false);
        loop.await(() -> leases.taking().change(group.path(), change, "api"));
    }

    @Test
    void aManifestEndsTheLeaseOnWhatItSets() throws Exception {
        ManifestLimits manifests = new ManifestLimits(leases, limits);
        LimitChange change = new LimitChange(Map.of(LimitFile.CPU_MAX, Optional.of(THEIRS)), null, null, false, false);
        take(FREE);
        assertThat(loop.await(() -> Future.succeededFuture(manifests.leased(group.id()))))
                .containsExactly(LimitFile.CPU_MAX);
        assertThat(loop.await(() -> Future.succeededFuture(manifests.leased(new CgroupId(1)))))
                .as("a successor under the same path")
                .isEmpty();
        loop.await(() -> manifests.change(group.path(), group.id(), change, "manifest"));
        await().atMost(60, TimeUnit.SECONDS).until(() -> loop.await(() -> Future.succeededFuture(leases.size())) == 0);
        giveBack();
        assertThat(limit()).isEqualTo(THEIRS);
        assertThat(onDisk()).isEmpty();
    }

    private LeaseLog openLog() {
        return LeaseLog.open(folder, folder.resolve("v.sock"), "a boot");
    }

    /** What a vigia finds that starts now. */
    private List<LeaseKey> onDisk() {
        log.flush();
        try (LeaseLog another = openLog()) {
            return another.book(now()).keys();
        }
    }

    private static Moment now() {
        return new Moment(System.nanoTime(), Instant.now());
    }

    private void take(LimitValue seen) throws Exception {
        take(holder, OURS, seen);
    }

    private void take(LeaseHolder by, LimitValue wanted, LimitValue seen) throws Exception {
        Order.LeaseLimits order = new Order.LeaseLimits(
                new Victim(group.path(), group.id()),
                LeaseIntent.TIGHTEN,
                Map.of(LimitFile.CPU_MAX, wanted),
                Map.of(LimitFile.CPU_MAX, seen));
        loop.await(() -> leases.taking().take(order, by));
    }

    private void giveBack() throws Exception {
        loop.await(() -> leases.giveBack(holder));
    }

    /** The notice comes, and there is time to read the file, while the write has not begun. */
    private void noticedNow() {
        try {
            loop.await(() -> {
                leases.drifted(group.path(), group.id(), LimitFile.CPU_MAX);
                return Future.succeededFuture();
            });
            for (int i = 0; i < 20; i++) {
                loop.await(() -> workers.submit(() -> null));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Behind all that waits for the group. */
    private Future<Void> settled() {
        return workers.submit(group.path(), () -> null);
    }

    private @Nullable LimitValue limit() {
        return group.readLimit(LimitFile.CPU_MAX).orNull();
    }
}
