package io.vigia.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.OomVictimChosen;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.process.ProcessTable;
import io.vigia.supervisor.ContextLoop;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.journal.EventDraft;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OomVictimsTest {
    private static final int VIGIA = 4_000_001;
    private static final int CHILD = 4_000_002;
    private static final int PARENT = 4_000_003;
    private static final CgroupPath OWN = new CgroupPath("/vigia");
    private static final CgroupPath BORN = new CgroupPath("/group/main");
    private static final CgroupPath ELSEWHERE = new CgroupPath("/beyond/group/main");

    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final GroupTable groups = new GroupTable();
    private final ProcessTable processes = new ProcessTable(loop, 100);
    private final YoungChildren young = new YoungChildren();
    private final List<EventDraft> events = new CopyOnWriteArrayList<>();
    private final List<CgroupPath> counted = new CopyOnWriteArrayList<>();
    private final OomVictims victims =
            new OomVictims(loop, new EventLog(events::add, InstantSource.system()), groups, processes, young);

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void onLoop(Runnable step) throws Exception {
        Void unused = loop.await(() -> {
            step.run();
            return Future.succeededFuture();
        });
    }

    private void chosen(@Nullable CgroupPath logged) {
        victims.chosen(new OomVictimChosen(CHILD, "tail", logged, logged, 1, 2), counted::add);
    }

    /** As vigia's own children: the message of the fork tells the parent's group, and who spawned it tells the right one. */
    private void forked() {
        processes.assign(VIGIA, OWN);
        processes.accept(new KernelEvent.ProcessForked(VIGIA, CHILD, 1));
        young.forked(CHILD);
    }

    private void born() {
        processes.born(CHILD, BORN);
        young.born(CHILD, BORN);
    }

    @Test
    void waitsForTheWordOfWhoSpawnedIt() throws Exception {
        onLoop(() -> {
            forked();
            chosen(ELSEWHERE);
            assertThat(counted).as("not of vigia's own group").isEmpty();
            born();
            assertThat(counted).containsExactly(BORN);
        });
        assertOneTold(BORN);
    }

    /** Whom such a child forked, in its first moments, is known by the parent's group as well. */
    @Test
    void waitsForTheWordOfItsParent() throws Exception {
        onLoop(() -> {
            processes.assign(VIGIA, OWN);
            processes.accept(new KernelEvent.ProcessForked(VIGIA, PARENT, 1));
            young.forked(PARENT);
            processes.accept(new KernelEvent.ProcessForked(PARENT, CHILD, 2));
            young.forked(PARENT, CHILD);
            chosen(ELSEWHERE);
            assertThat(counted).as("not of vigia's own group").isEmpty();
            processes.born(PARENT, BORN);
            young.born(PARENT, BORN);
        });
        assertOneTold(BORN);
    }

    @Test
    void tellsWhatIsKnownWhenNobodyHasAWord() throws Exception {
        onLoop(() -> {
            forked();
            chosen(null);
        });
        assertOneTold(OWN);
    }

    /** The log may be read before the messages of the fork. */
    @Test
    void waitsForAProcessThatNothingIsKnownOf() throws Exception {
        onLoop(() -> {
            chosen(ELSEWHERE);
            forked();
            born();
        });
        assertOneTold(BORN);
    }

    @Test
    void tellsWhatTheLogSaysOfAStranger() throws Exception {
        onLoop(() -> chosen(ELSEWHERE));
        assertOneTold(ELSEWHERE);
    }

    @Test
    void tellsAtOnceWhatIsKnown() throws Exception {
        onLoop(() -> {
            processes.assign(CHILD, BORN);
            chosen(ELSEWHERE);
            assertThat(counted).containsExactly(BORN);
        });
        onLoop(() -> {
            groups.put(ELSEWHERE, new CgroupId(5));
            chosen(ELSEWHERE);
            assertThat(counted).as("the log knows best").containsExactly(BORN, ELSEWHERE);
        });
    }

    /** Once, also when both ways have had their time. */
    private void assertOneTold(CgroupPath group) throws Exception {
        await().atMost(60, TimeUnit.SECONDS).until(() -> !counted.isEmpty());
        Void unused = loop.await(() -> {
            Promise<Void> later = Promise.promise();
            KernelLoop.Timer unusedTimer = loop.schedule(600, later::complete);
            return later.future();
        });
        assertThat(counted).containsExactly(group);
        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.data().getString("group")).isEqualTo(group.id()));
    }
}
