package io.vigia.supervisor.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vigia.supervisor.journal.Event;
import io.vigia.supervisor.journal.EventFilter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClientStreamTest extends JournalledHub {
    private static final int EVENTS = 100;

    private final Context context = vertx.getOrCreateContext();

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
        happened(EVENTS);
        BusySink sink = new BusySink();
        CompletableFuture<Integer> turnOfAnother = new CompletableFuture<>();
        context.runOnContext(both -> {
            var unused = hub.open(context, sink, 0L, EventFilter.ALL);
            // Behind the stream's first turn, and before what the stream asks for in it.
            context.runOnContext(other -> turnOfAnother.complete(sink.written.get()));
        });
        assertThat(turnOfAnother.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isLessThan(EVENTS);
        await().atMost(BOUND).until(() -> sink.written.get() >= EVENTS);
    }
}
