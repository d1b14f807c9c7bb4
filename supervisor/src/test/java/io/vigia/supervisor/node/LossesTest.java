package io.vigia.supervisor.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.ContextLoop;
import io.vigia.supervisor.group.EventLog;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventTypes;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of losses. */
class LossesTest {
    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final List<EventDraft> told = new CopyOnWriteArrayList<>();
    private final Losses losses = new Losses(loop, new EventLog(told::add, InstantSource.system()));

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void whatOneTurnSettlesIsToldOnceForEachSource() throws Exception {
        inOneTurn(() -> {
            losses.settled("connector", 3, true);
            losses.settled("kmsg", -1, false);
            losses.settled("connector", 4, true);
        });
        assertThat(told).extracting(EventDraft::type).containsOnly(EventTypes.SUPERVISOR_OVERFLOW);
        assertThat(told)
                .extracting(EventDraft::data)
                .containsExactly(
                        new JsonObject()
                                .put("source", "connector")
                                .put("lost", 7L)
                                .put("reconciled", true),
                        new JsonObject().put("source", "kmsg").putNull("lost").put("reconciled", false));
    }

    @Test
    void aSumOfWhichAPartIsUnknownIsUnknown() throws Exception {
        inOneTurn(() -> {
            losses.settled("inotify", -1, true);
            losses.settled("inotify", 5, true);
        });
        assertThat(told)
                .singleElement()
                .satisfies(draft -> assertThat(draft.data().getValue("lost")).isNull());
    }

    @Test
    void whatIsSettledLaterIsToldLater() throws Exception {
        inOneTurn(() -> losses.settled("connector", 1, true));
        inOneTurn(() -> losses.settled("connector", 2, true));
        assertThat(told).extracting(draft -> draft.data().getLong("lost")).containsExactly(1L, 2L);
    }

    /** And the next turn, in which it is told. */
    private void inOneTurn(Runnable task) throws Exception {
        loop.await(() -> {
            task.run();
            return Future.succeededFuture();
        });
        loop.await(Future::succeededFuture);
    }
}
