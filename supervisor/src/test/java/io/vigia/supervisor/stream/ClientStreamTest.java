package io.vigia.supervisor.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventFilter;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientStreamTest {
    private static final int EVENTS = 100;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private SqliteJournal journal;
    private EventHub hub;

    @BeforeEach
    void open() {
        journal = SqliteJournal.open(JournalOptions.of(folder, "n", Duration.ofDays(1), 1 << 20));
        hub = new EventHub(vertx, journal, "n", InstantSource.system());
        for (int i = 0; i < EVENTS; i++) {
            journal.append(new EventDraft("test.happened", null, Instant.now(), new JsonObject()));
        }
        await().atMost(60, TimeUnit.SECONDS).until(() -> journal.bounds().next() > EVENTS);
    }

    @AfterEach
    void close() throws Exception {
        hub.close();
        journal.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Takes a millisecond for each event, and never has enough. */
    private static final class BusySink implements StreamSink {
        private final AtomicInteger written = new AtomicInteger();

        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void write(Event event) {
            long began = System.nanoTime();
            while (System.nanoTime() - began < 1_000_000) {
                Thread.onSpinWait();
            }
            written.incrementAndGet();
        }

        @Override
        public void writeNote(String json) {}

        @Override
        public void close(int code, String reason) {
            throw new AssertionError(reason);
        }
    }

    @Test
    void letsOthersOfItsLoopTakeTheirTurn() throws Exception {
        BusySink sink = new BusySink();
        CompletableFuture<Integer> turnOfAnother = new CompletableFuture<>();
        context.runOnContext(both -> {
            var unused = hub.open(context, sink, 0L, EventFilter.ALL);
            // Behind the stream's first turn, and before what the stream asks for in it.
            context.runOnContext(other -> turnOfAnother.complete(sink.written.get()));
        });
        assertThat(turnOfAnother.get(60, TimeUnit.SECONDS)).isLessThan(EVENTS);
        await().atMost(60, TimeUnit.SECONDS).until(() -> sink.written.get() >= EVENTS);
    }
}
