package io.vigia.supervisor.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import io.vigia.supervisor.model.Problem;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitServiceTest {
    private static final Map<LimitFile, LimitValue> THREE = new LinkedHashMap<>(Map.of(
            LimitFile.CPU_MAX, new LimitValue.CpuQuota(50_000, 100_000),
            LimitFile.MEMORY_MAX, new LimitValue.Amount(1L << 29),
            LimitFile.PIDS_MAX, new LimitValue.Amount(200)));

    private final FakeCgroups cgroups = new FakeCgroups();
    private final List<EventDraft> events = new CopyOnWriteArrayList<>();
    private final FakeCgroups.FakeCgroup group = cgroups.add("/demo");
    private final List<Boolean> overwritten = new CopyOnWriteArrayList<>();
    private long swapFreeBytes;
    private Vertx vertx;
    private GroupWorkers workers;
    private LimitService limits;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        workers = new GroupWorkers(vertx, 4, 100);
        limits = new LimitService(
                cgroups,
                workers,
                events::add,
                InstantSource.system(),
                () -> Reading.known(swapFreeBytes),
                (p, i, f, ours) -> overwritten.add(ours));
    }

    @AfterEach
    void stop() throws Exception {
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    @Test
    void answersWhatTheKernelReadsBack() throws Exception {
        LimitsView view = get(change(THREE));
        assertThat(view.value(LimitFile.CPU_MAX)).isEqualTo(new LimitValue.CpuQuota(50_000, 100_000));
        assertThat(events)
                .extracting(EventDraft::type)
                .containsOnly(EventTypes.LIMITS_CHANGED)
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void putsEverythingBackWhicheverWriteIsRefused(int position) {
        LimitFile refused = THREE.keySet().stream().sorted().toList().get(position);
        LimitValue wanted = THREE.get(refused);
        group.onWrite((file, value) -> {
            if (file == refused && value.equals(wanted)) {
                throw KernelException.of("write", "/demo/" + file.fileName() + " " + value.kernelText(), Errno.EINVAL);
            }
        });
        assertThatThrownBy(() -> get(change(THREE))).isInstanceOfSatisfying(Problem.class, p -> {
            assertThat(p.kind()).isEqualTo(Problem.Kind.KERNEL);
            assertThat(p.errno()).isEqualTo(Errno.EINVAL);
            assertThat(p.file()).isEqualTo(refused.fileName());
            assertThat(p.getMessage()).contains("nothing was changed");
        });
        for (LimitFile file : THREE.keySet()) {
            assertThat(group.readLimit(file).orNull()).as(file.fileName()).isEqualTo(file.kernelDefault());
        }
        assertThat(events).extracting(EventDraft::type).containsExactly(EventTypes.LIMITS_REFUSED);
    }

    @Test
    void isAConflictWhereTheKernelFindsThatTheGroupUsesMore() {
        group.onWrite((file, value) -> {
            if (file == LimitFile.MEMORY_MAX) {
                throw KernelException.of("write", file.fileName(), Errno.EBUSY);
            }
        });
        assertThatThrownBy(() -> get(change(Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(8192)))))
                .isInstanceOfSatisfying(Problem.class, p -> {
                    assertThat(p.kind()).isEqualTo(Problem.Kind.CONFLICT);
                    assertThat(p.getMessage()).contains("cannot be reclaimed", "nothing was changed");
                });
    }

    @Test
    void saysWhatCouldNotBePutBack() {
        group.onWrite((file, value) -> {
            boolean backwards = file == LimitFile.CPU_MAX && !value.equals(THREE.get(file));
            if (file == LimitFile.PIDS_MAX || backwards) {
                throw KernelException.of("write", file.fileName(), Errno.EIO);
            }
        });
        assertThatThrownBy(() -> get(change(THREE)))
                .isInstanceOfSatisfying(
                        Problem.class,
                        p -> assertThat(p.getMessage())
                                .contains("could not be set back")
                                .contains("cpu.max"));
    }

    @Test
    void writesNothingWhereOneFileIsUnsupported() {
        group.unsupported(LimitFile.PIDS_MAX);
        assertThatThrownBy(() -> get(change(THREE))).isInstanceOfSatisfying(Problem.class, p -> {
            assertThat(p.kind()).isEqualTo(Problem.Kind.UNSUPPORTED);
            assertThat(p.field()).isEqualTo("pids.max");
        });
        assertThat(group.writes()).isEmpty();
    }

    @Test
    void refusesAMemoryMaxThatWouldKill() throws Exception {
        group.memory(new MemoryStat(800, 800, 0, 600, 100, 50, 100, 0, 0));
        Map<LimitFile, LimitValue> tight = Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(500));
        assertThatThrownBy(() -> get(change(tight)))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.kind()).isEqualTo(Problem.Kind.WOULD_KILL));
        assertThat(group.writes()).isEmpty();
        get(limits.change(group.path(), wish(tight, null, true, false), "api", LimitService.BeforeWrite.NOTHING));
        assertThat(group.writes()).containsExactly("memory.max=500");
    }

    @Test
    void refusesAMemoryMaxOfWhichItCannotTellWhetherItWouldKill() throws Exception {
        group.memory(Reading.unknown("memory.stat: EIO"));
        Map<LimitFile, LimitValue> tight = Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(500));
        assertThatThrownBy(() -> get(change(tight))).isInstanceOfSatisfying(Problem.class, p -> {
            assertThat(p.kind()).isEqualTo(Problem.Kind.WOULD_KILL);
            assertThat(p.getMessage()).contains("memory.max 500", "/demo", "memory.stat: EIO", "force=true");
        });
        assertThat(group.writes()).isEmpty();
        get(limits.change(group.path(), wish(tight, null, true, false), "api", LimitService.BeforeWrite.NOTHING));
        assertThat(group.writes()).containsExactly("memory.max=500");
    }

    @Test
    void lowersBelowUseWhenTheRestCanBeReclaimed() throws Exception {
        group.memory(new MemoryStat(800, 800, 0, 300, 500, 450, 0, 0, 0));
        get(change(Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(500))));
        assertThat(group.writes()).containsExactly("memory.max=500");
    }

    @Test
    void countsKernelMemoryAmongWhatCannotGo() {
        group.memory(new MemoryStat(800, 800, 0, 300, 0, 0, 0, 0, 300));
        assertThatThrownBy(() -> get(change(Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(500)))))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.kind()).isEqualTo(Problem.Kind.WOULD_KILL));
    }

    @Test
    void countsOnSwapThatTheGroupMayUse() throws Exception {
        swapFreeBytes = 1000;
        group.memory(new MemoryStat(800, 800, 50, 600, 0, 0, 0, 0, 0));
        Map<LimitFile, LimitValue> tight = Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(500));
        group.set(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(100));
        assertThatThrownBy(() -> get(change(tight)))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.kind()).isEqualTo(Problem.Kind.WOULD_KILL));
        group.set(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(200));
        get(change(tight));
        assertThat(group.writes()).containsExactly("memory.max=500");
    }

    @Test
    void refusesAStaleEntityTag() throws Exception {
        String tag = get(limits.read(group.path())).etag();
        group.set(LimitFile.PIDS_MAX, new LimitValue.Amount(7));
        assertThatThrownBy(() -> get(limits.change(
                        group.path(), wish(THREE, tag, false, false), "api", LimitService.BeforeWrite.NOTHING)))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.kind()).isEqualTo(Problem.Kind.PRECONDITION_FAILED));
    }

    @Test
    void changesNothingInADryRun() throws Exception {
        LimitsView view = get(
                limits.change(group.path(), wish(THREE, null, false, true), "api", LimitService.BeforeWrite.NOTHING));
        assertThat(view.value(LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(200));
        assertThat(group.writes()).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void tellsSomebodyElsesWriteFromItsOwn() throws Exception {
        get(change(Map.of(LimitFile.PIDS_MAX, new LimitValue.Amount(200))));
        get(limits.fileChanged(group.path(), group.id(), LimitFile.PIDS_MAX, Standing.ENFORCED));
        assertThat(events).hasSize(1);
        group.set(LimitFile.PIDS_MAX, new LimitValue.Amount(5));
        get(limits.fileChanged(group.path(), group.id(), LimitFile.PIDS_MAX, Standing.ENFORCED));
        get(limits.fileChanged(group.path(), group.id(), LimitFile.PIDS_MAX, Standing.ENFORCED));
        assertThat(events).hasSize(2);
        EventDraft drift = events.get(1);
        assertThat(drift.type()).isEqualTo(EventTypes.LIMITS_DRIFTED);
        assertThat(drift.data().getLong("before")).isEqualTo(200);
        assertThat(drift.data().getLong("after")).isEqualTo(5);
        assertThat(drift.data().getString("by")).isEqualTo("someone else");
        assertThat(overwritten).as("it was ours").containsExactly(true);
    }

    /** As on v1, where the counter of memory and swap can never be below that of memory. */
    @Test
    void tellsOfALimitThatFollowsAnotherAsItsOwnDoing() throws Exception {
        LimitValue swap = new LimitValue.Amount(64);
        get(limits.remember(group.path(), Standing.ENFORCED));
        group.onWrite((file, value) -> group.set(LimitFile.MEMORY_SWAP_MAX, swap));
        LimitsView view = get(change(Map.of(LimitFile.MEMORY_MAX, new LimitValue.Amount(1L << 29))));
        assertThat(view.value(LimitFile.MEMORY_SWAP_MAX)).isEqualTo(swap);
        assertThat(events)
                .extracting(told -> told.data().getString("file"))
                .containsExactly("memory.max", "memory.swap.max");
        assertThat(events).extracting(told -> told.data().getString("by")).containsOnly("api");
        get(limits.fileChanged(group.path(), group.id(), LimitFile.MEMORY_SWAP_MAX, Standing.ENFORCED));
        assertThat(events).as("nobody else did it").hasSize(2);
    }

    @Test
    void tellsWhoseLimitsDrift() throws Exception {
        get(limits.remember(group.path(), Standing.ENFORCED));
        otherWrites(5, Standing.ENFORCED);
        assertThat(overwritten).as("nobody had asked vigia for it").containsExactly(false);
        otherWrites(6, Standing.MANAGED);
        assertThat(overwritten).as("of a group that it manages").containsExactly(false, true);
        get(limits.write(
                group.path(),
                Map.of(LimitFile.PIDS_MAX, Optional.of(new LimitValue.Amount(7))),
                LimitService.LEASE_END));
        otherWrites(8, Standing.ENFORCED);
        assertThat(overwritten).as("was given back before").containsExactly(false, true, false);
        assertThat(events)
                .filteredOn(e -> e.type().equals(EventTypes.LIMITS_DRIFTED))
                .hasSize(3);
    }

    /** A runtime writes the limits of each new container; nothing drifts there. */
    @Test
    void tellsWhatOthersDoWithTheirGroupsAsAChange() throws Exception {
        otherWrites(5, Standing.OBSERVED);
        otherWrites(6, Standing.OBSERVED);
        assertThat(events).extracting(EventDraft::type).containsOnly(EventTypes.LIMITS_CHANGED);
        assertThat(events).extracting(d -> d.data().getValue("before")).containsExactly(null, 5L);
        assertThat(events).extracting(d -> d.data().getString("by")).containsOnly("someone else");
        assertThat(overwritten).containsOnly(false);
    }

    private void otherWrites(long value, Standing standing) throws Exception {
        group.set(LimitFile.PIDS_MAX, new LimitValue.Amount(value));
        get(limits.fileChanged(group.path(), group.id(), LimitFile.PIDS_MAX, standing));
    }

    @Test
    void keepsTheOrderOfConcurrentChanges() throws Exception {
        List<Future<LimitsView>> all = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            all.add(change(Map.of(LimitFile.PIDS_MAX, new LimitValue.Amount(i))));
        }
        for (Future<LimitsView> one : all) {
            get(one);
        }
        assertThat(events).extracting(d -> d.data().getLong("after")).isSorted().hasSize(50);
    }

    private Future<LimitsView> change(Map<LimitFile, LimitValue> values) {
        return limits.change(group.path(), wish(values, null, false, false), "api", LimitService.BeforeWrite.NOTHING);
    }

    private static LimitChange wish(
            Map<LimitFile, LimitValue> values, @Nullable String ifMatch, boolean force, boolean dryRun) {
        Map<LimitFile, Optional<LimitValue>> optional = new LinkedHashMap<>();
        values.forEach((file, value) -> optional.put(file, Optional.of(value)));
        return new LimitChange(optional, ifMatch == null ? null : Set.of(ifMatch), null, force, dryRun);
    }

    private static <T> T get(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
