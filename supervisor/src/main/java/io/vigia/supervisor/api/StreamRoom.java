package io.vigia.supervisor.api;

import io.vigia.supervisor.model.Problem;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many answers without an end there are at a time. Thread-safe. */
final class StreamRoom {
    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    StreamRoom(int most) {
        this.most = most;
    }

    /**
     * Until the answer is over, or its connection is.
     *
     * @throws Problem when there are as many already
     */
    void take(Exchange exchange) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw Problem.of(Problem.Kind.UNAVAILABLE, "there are " + most + " streams already; try again later");
        }
        exchange.delivery().over().onComplete(unused -> open.decrementAndGet());
    }
}
