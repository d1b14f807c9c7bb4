package io.vigia.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.ContextLoop;
import io.vigia.supervisor.action.FakeCgroups;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Standing;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupReactorTest {
    private static final long WORD = 77;

    @TempDir
    Path folder;

    private final FakeCgroups cgroups = new FakeCgroups();
    private final FakeCgroups.FakeCgroup group = cgroups.add("/batch");
    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final GroupWorkers workers = new GroupWorkers(vertx, 1, 100);
    private final List<Long> kills = new CopyOnWriteArrayList<>();
    private final List<Long> refused = new CopyOnWriteArrayList<>();
    private final List<String> order = new CopyOnWriteArrayList<>();
    private final List<EventDraft> drafts = new CopyOnWriteArrayList<>();
    private boolean actsOnMemoryEvents;
    private Standing standing = Standing.OBSERVED;
    private SqliteJournal journal;
    private GroupReader reader;
    private GroupReactor reactor;
    private LimitService limits;

    @BeforeEach
    void start() {
        journal = SqliteJournal.open(JournalOptions.of(folder, "n", Duration.ofDays(1), 1 << 20));
        reader = new GroupReader(loop, cgroups, workers);
        limits = new LimitService(
                cgroups,
                workers,
                drafts::add,
                InstantSource.system(),
                () -> Reading.known(0L),
                (path, id, file, ours) -> {});
        EventLog events = new EventLog(
                draft -> {
                    order.add(draft.type());
                    journal.append(draft);
                },
                InstantSource.system());
        reactor = new GroupReactor(loop, new GroupTable(), reader, limits, events, new Told());
    }

    @AfterEach
    void stop() throws Exception {
        workers.close();
        journal.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** v1 notifies before it kills, and counts after it: nothing more is said when the count moves. */
    @Test
    void tellsOfAnOomKillThatIsCountedAfterItsNotification() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        group.memoryEvents(() -> new MemoryEvents(0, 0, 0, 0, readings.incrementAndGet() <= 2 ? 0 : 1, 0));
        appearsAndNotifies();
        await().atMost(60, TimeUnit.SECONDS).until(() -> !kills.isEmpty());
        assertThat(kills).containsExactly(WORD);
    }

    @Test
    void tellsOfAnOomKillOnceTheLogHasNamedTheVictimByTheFirstWordOfIt() throws Exception {
        AtomicBoolean killed = new AtomicBoolean();
        group.memoryEvents(() -> new MemoryEvents(0, 0, 0, 0, killed.get() ? 1 : 0, 0));
        appearsAndNotifies();
        loop.await(() -> {
            killed.set(true);
            reactor.oomVictim(group.path(), WORD + 1_000_000);
            reactor.oomVictim(group.path(), WORD + 2_000_000);
            return reader.caughtUp();
        });
        assertThat(kills).containsExactly(WORD);
    }

    @Test
    void actsWithinTheTurnAndBeforeItTells() throws Exception {
        AtomicInteger count = new AtomicInteger();
        group.memoryEvents(() -> new MemoryEvents(0, 0, 0, 0, count.get(), 0));
        loop.await(() -> {
            reactor.adoptionEnded();
            reactor.created(new KernelEvent.CgroupCreated(group.path(), group.id(), 1));
            return reader.caughtUp();
        });
        actsOnMemoryEvents = true;
        count.set(1);
        order.clear();
        loop.await(() -> {
            notice();
            assertThat(kills).as("in the same turn").containsExactly(WORD);
            return reader.caughtUp();
        });
        assertThat(order).containsExactly("act", "memory.oom_kill");
    }

    /** What comes back from a worker later would have been read before. */
    @Test
    void readsInOrderWhereSomethingIsBeingReadAlready() throws Exception {
        AtomicInteger count = new AtomicInteger();
        group.memoryEvents(() -> new MemoryEvents(0, 0, 0, 0, count.incrementAndGet(), 0));
        actsOnMemoryEvents = true;
        loop.await(() -> {
            reactor.adoptionEnded();
            reactor.created(new KernelEvent.CgroupCreated(group.path(), group.id(), 1));
            notice();
            assertThat(kills).isEmpty();
            return reader.caughtUp();
        });
        assertThat(kills).isNotEmpty();
    }

    private void notice() {
        reactor.fileChanged(new KernelEvent.CgroupFileChanged(group.path(), group.id(), "memory.events", WORD));
    }

    /** The kernel's log names where it is in the pids hierarchy, of which the tree may be a part. */
    @Test
    void tellsOfARefusedForkThatTheLogNamesOnceItIsCounted() throws Exception {
        AtomicInteger count = new AtomicInteger();
        group.pidsMaxEvents(count::get);
        loop.await(() -> {
            reactor.adoptionEnded();
            reactor.created(new KernelEvent.CgroupCreated(group.path(), group.id(), 1));
            return reader.caughtUp();
        });
        CgroupPath logged = new CgroupPath("/elsewhere" + group.path().text());
        loop.await(() -> {
            reactor.forksRefused(new KernelEvent.ForksRefused(logged, WORD));
            return reader.caughtUp();
        });
        assertThat(refused).as("of another group of that name").isEmpty();
        count.set(1);
        loop.await(() -> {
            reactor.forksRefused(new KernelEvent.ForksRefused(logged, WORD));
            return reader.caughtUp();
        });
        assertThat(refused).containsExactly(WORD);
    }

    /** Of a write whose notification was lost nobody tells later. */
    @Test
    void comparesLimitsAfterALoss() throws Exception {
        standing = Standing.ENFORCED;
        appears();
        loop.await(() -> limits.remember(group.path(), standing));
        group.set(LimitFile.PIDS_MAX, new LimitValue.Amount(7));
        loop.await(() -> reactor.reconcile(WORD));
        assertThat(drafts).extracting(EventDraft::type).containsExactly("limits.drifted");
        assertThat(drafts.get(0).data().getValue("after")).isEqualTo(7L);
    }

    @Test
    void comparesWhatIsKnownOfGroupsThatItOnlyObserves() throws Exception {
        FakeCgroups.FakeCgroup other = cgroups.add("/other");
        appears();
        loop.await(() -> {
            reactor.created(new KernelEvent.CgroupCreated(other.path(), other.id(), 1));
            return reader.caughtUp();
        });
        loop.await(() -> limits.remember(group.path(), standing));
        group.set(LimitFile.PIDS_MAX, new LimitValue.Amount(7));
        other.set(LimitFile.PIDS_MAX, new LimitValue.Amount(7));
        loop.await(() -> reactor.reconcile(WORD));
        assertThat(drafts).extracting(EventDraft::type).containsExactly("limits.changed");
        assertThat(drafts.get(0).subject()).isEqualTo("batch");
    }

    /** The kernel notifies once: what it notified would stay unknown until it has something new to say. */
    @Test
    void readsAgainWhatCouldNotBeRead() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        appears();
        group.memoryEvents(() -> {
            if (readings.incrementAndGet() <= 2) {
                throw KernelException.of("openat", "memory.events", Errno.EMFILE);
            }
            return new MemoryEvents(0, 0, 0, 0, 1, 0);
        });
        loop.await(() -> {
            notice();
            return Future.succeededFuture();
        });
        await().atMost(60, TimeUnit.SECONDS).until(() -> !kills.isEmpty());
        assertThat(kills).containsExactly(WORD);
    }

    @Test
    void aLossIsMadeUpForOnceEverythingCouldBeRead() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        appears();
        group.memoryEvents(() -> {
            if (full.getAndSet(false)) {
                throw KernelException.of("openat", "memory.events", Errno.EMFILE);
            }
            return new MemoryEvents(0, 0, 0, 0, 1, 0);
        });
        loop.await(() -> reactor.reconcile(WORD));
        assertThat(kills).hasSize(1);
    }

    /** Ten thousand groups are not read every few seconds for the sake of one. */
    @Test
    void looksAgainAtThatGroupAloneThatCouldNotBeRead() throws Exception {
        FakeCgroups.FakeCgroup other = cgroups.add("/other");
        AtomicInteger readings = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        appears();
        loop.await(() -> {
            reactor.created(new KernelEvent.CgroupCreated(other.path(), other.id(), 1));
            return reader.caughtUp();
        });
        other.memoryEvents(() -> new MemoryEvents(0, 0, 0, 0, readings.incrementAndGet(), 0));
        group.memoryEvents(() -> {
            if (failures.incrementAndGet() == 1) {
                throw KernelException.of("openat", "memory.events", Errno.EMFILE);
            }
            return new MemoryEvents(0, 0, 0, 0, 1, 0);
        });
        loop.await(() -> reactor.reconcile(WORD));
        assertThat(failures.get())
                .as("at the failed look, a second after it, and at the next")
                .isGreaterThan(1);
        assertThat(readings).hasValue(1);
    }

    private void appears() throws Exception {
        loop.await(() -> {
            reactor.adoptionEnded();
            reactor.created(new KernelEvent.CgroupCreated(group.path(), group.id(), 1));
            return reader.caughtUp();
        });
    }

    private void appearsAndNotifies() throws Exception {
        appears();
        loop.await(() -> {
            reactor.oomNotified(new KernelEvent.MemoryOomNotified(group.path(), group.id(), WORD));
            return reader.caughtUp();
        });
    }

    private final class Told implements GroupReactor.Listener {
        @Override
        public void memoryEvents(GroupEntry entry, MemoryEvents tree, long nanos) {
            order.add("act");
            kills.add(nanos);
        }

        @Override
        public Standing standing(GroupEntry entry) {
            return standing;
        }

        @Override
        public boolean actsOnMemoryEvents(GroupEntry entry) {
            return actsOnMemoryEvents;
        }

        @Override
        public void forksRefused(GroupEntry entry, long nanos) {
            refused.add(nanos);
        }
    }
}
