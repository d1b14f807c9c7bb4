package io.vigia.supervisor.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a write that blocks in the kernel does to the one who asked, to its group and to others. */
class GroupWorkersTest {
    private static final CgroupPath STUCK = new CgroupPath("/stuck");
    private static final CgroupPath OTHER = new CgroupPath("/other");

    private final CountDownLatch kernel = new CountDownLatch(1);
    private final List<String> done = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private GroupWorkers workers;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        workers = new GroupWorkers(vertx, 2, 4);
    }

    @AfterEach
    void stop() throws Exception {
        kernel.countDown();
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private static <T> T get(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private Future<String> blocks() {
        return workers.submitWithin(STUCK, Duration.ofMillis(50), () -> {
            assertThat(kernel.await(20, TimeUnit.SECONDS)).isTrue();
            done.add("first");
            return "first";
        });
    }

    private Future<String> quick(CgroupPath group, String name) {
        return workers.submit(group, () -> {
            done.add(name);
            return name;
        });
    }

    private static void assertProblem(Future<?> future, Problem.Kind kind) {
        assertThatThrownBy(() -> get(future))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.kind()).isEqualTo(kind));
    }

    @Test
    void theAskerIsAnsweredAtTheDeadlineThatItIsInFlight() {
        assertProblem(blocks(), Problem.Kind.IN_FLIGHT);
        assertThat(done).isEmpty();
        assertThat(workers.pending()).isEqualTo(1);
    }

    @Test
    void laterChangesOfTheGroupWaitAndOthersDoNot() throws Exception {
        Future<String> first = blocks();
        Future<String> second = quick(STUCK, "second");
        assertThat(get(quick(OTHER, "other"))).isEqualTo("other");
        assertProblem(first, Problem.Kind.IN_FLIGHT);
        assertThat(done).containsExactly("other");
        kernel.countDown();
        assertThat(get(second)).isEqualTo("second");
        assertThat(done).containsExactly("other", "first", "second");
    }

    @Test
    void anIdleThreadIsTakenBeforeANewOne() throws Exception {
        String first = get(workers.submit(() -> Thread.currentThread().getName()));
        for (int i = 0; i < 20; i++) {
            // The answer may come a moment before its thread is idle again.
            await().until(() ->
                    get(workers.submit(() -> Thread.currentThread().getName())).equals(first));
        }
    }

    @Test
    void withEveryThreadBusyTasksWaitAndAreAllDone() throws Exception {
        Future<String> one = blocks();
        Future<String> two = workers.submit(OTHER, () -> {
            assertThat(kernel.await(20, TimeUnit.SECONDS)).isTrue();
            return "two";
        });
        List<Future<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(workers.submit(() -> "read"));
        }
        assertProblem(one, Problem.Kind.IN_FLIGHT);
        assertThat(waiting).noneMatch(Future::isComplete);
        kernel.countDown();
        assertThat(get(two)).isEqualTo("two");
        for (Future<String> each : waiting) {
            assertThat(get(each)).isEqualTo("read");
        }
    }

    @Test
    void moreThanTheQueueHoldsIsRefusedAtOnce() throws Exception {
        Future<String> first = blocks();
        Future<String> last = Future.succeededFuture();
        for (int i = 0; i < 3; i++) {
            last = quick(STUCK, "waits");
        }
        assertProblem(quick(STUCK, "too many"), Problem.Kind.UNAVAILABLE);
        assertProblem(first, Problem.Kind.IN_FLIGHT);
        kernel.countDown();
        assertThat(get(last)).isEqualTo("waits");
    }

    @Test
    void atTheEndWhatRunsIsWaitedForAndTheRestIsTold() throws Exception {
        Future<String> first = blocks();
        Future<String> second = quick(STUCK, "second");
        assertProblem(first, Problem.Kind.IN_FLIGHT);
        Thread closing = Thread.ofPlatform().start(workers::close);
        await().until(() -> workers.submit(() -> "as long as it takes any").failed());
        kernel.countDown();
        assertThat(closing.join(Duration.ofSeconds(60))).isTrue();
        assertProblem(second, Problem.Kind.UNAVAILABLE);
        assertProblem(quick(OTHER, "late"), Problem.Kind.UNAVAILABLE);
        assertProblem(workers.submit(() -> "late"), Problem.Kind.UNAVAILABLE);
        assertThat(done).containsExactly("first");
        assertThat(workers.pending()).isZero();
    }
}
