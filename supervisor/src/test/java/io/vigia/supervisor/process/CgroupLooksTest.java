package io.vigia.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.process.ProcessTable;
import io.vigia.supervisor.ContextLoop;
import io.vigia.supervisor.action.GroupWorkers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CgroupLooksTest {
    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final GroupWorkers workers = new GroupWorkers(vertx, 1, 100);
    private final CgroupLooks looks = new CgroupLooks(loop, workers, new ProcessTable(loop, 100));
    private final int pid = (int) ProcessHandle.current().pid();
    private final AtomicInteger answered = new AtomicInteger();

    @AfterEach
    void stop() throws Exception {
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** How many are answered at once, while the only worker has not begun: it may be quicker than the turn that asked it. */
    private int answeredAtOnce(int times) throws Exception {
        int before = answered.get();
        CountDownLatch asked = new CountDownLatch(1);
        Future<Boolean> held = workers.submit(() -> asked.await(60, TimeUnit.SECONDS));
        try {
            return loop.await(() -> {
                for (int i = 0; i < times; i++) {
                    looks.look(pid, answered::incrementAndGet);
                }
                return Future.succeededFuture(answered.get() - before);
            });
        } finally {
            asked.countDown();
            assertThat(held.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    private void awaitAnswers(int count) {
        await().atMost(60, TimeUnit.SECONDS).until(() -> answered.get() == count);
    }

    /** One is under way at once, {@link CgroupLooks#MOST} wait, and the rest is not looked at. */
    @Test
    void answersAtOnceWhatThereIsNoRoomFor() throws Exception {
        assertThat(answeredAtOnce(CgroupLooks.MOST + 11)).isEqualTo(10);
        awaitAnswers(CgroupLooks.MOST + 11);
    }

    @Test
    void looksAgainAfterItsPause() throws Exception {
        assertThat(answeredAtOnce(1)).isZero();
        awaitAnswers(1);
        assertThat(answeredAtOnce(2)).isZero();
        awaitAnswers(3);
    }
}
