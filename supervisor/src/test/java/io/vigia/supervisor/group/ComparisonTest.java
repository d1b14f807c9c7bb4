package io.vigia.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vigia.supervisor.ContextLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has asked is served by a look that began later, whatever becomes of others. */
class ComparisonTest {
    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final List<Promise<String>> looks = new CopyOnWriteArrayList<>();
    private final List<String> compared = new CopyOnWriteArrayList<>();
    private final Comparison<String> comparison = new Comparison<>(loop, 1, 3, this::look, compared::add);

    private Future<String> look() {
        Promise<String> look = Promise.promise();
        looks.add(look);
        return look.future();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void servesWhoAsksMeanwhileByOneMoreLook() throws Exception {
        Future<Void> first = ask();
        Future<Void> second = ask();
        Future<Void> third = ask();
        assertThat(looks).hasSize(1);
        end(0, "one");
        assertThat(compared).containsExactly("one");
        assertThat(first.succeeded()).isTrue();
        assertThat(second.isComplete()).isFalse();

        awaitLooks(2);
        end(1, "two");
        assertThat(second.succeeded()).isTrue();
        assertThat(third.succeeded()).isTrue();
        assertThat(compared).containsExactly("one", "two");
        assertThat(ask().isComplete()).isFalse();
        assertThat(looks).hasSize(3);
    }

    @Test
    void looksAgainWhereALookFailed() throws Exception {
        Future<Void> asked = ask();
        fail(0);
        assertThat(asked.isComplete()).isFalse();
        Future<Void> later = ask();
        awaitLooks(2);
        assertThat(compared).isEmpty();
        end(1, "all");
        assertThat(asked.succeeded()).isTrue();
        assertThat(later.succeeded()).as("the second look began after it, too").isTrue();
    }

    /** Nobody waits for ever for what may never be read, and what is there is compared once it can be. */
    @Test
    void tellsWhoAskedAfterManyFailedLooksAndLooksOn() throws Exception {
        Future<Void> asked = ask();
        for (int look = 0; look < 3; look++) {
            assertThat(asked.isComplete()).isFalse();
            awaitLooks(look + 1);
            fail(look);
        }
        assertThat(asked.failed()).isTrue();
        awaitLooks(4);
        end(3, "all");
        assertThat(compared).containsExactly("all");
        Future<Void> later = ask();
        assertThat(looks).as("none was under way").hasSize(5);
        assertThat(later.isComplete()).isFalse();
    }

    private void fail(int look) throws Exception {
        loop.await(() -> {
            looks.get(look).fail("EMFILE");
            return Future.succeededFuture();
        });
    }

    private Future<Void> ask() throws Exception {
        return loop.await(() -> Future.succeededFuture(comparison.ask()));
    }

    private void end(int look, String seen) throws Exception {
        loop.await(() -> {
            looks.get(look).complete(seen);
            return Future.succeededFuture();
        });
    }

    private void awaitLooks(int count) {
        await().atMost(20, TimeUnit.SECONDS).until(() -> looks.size() == count);
    }
}
