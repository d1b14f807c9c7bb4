package io.vigia.kernel.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * How late tasks ran, in nanoseconds: from when they were handed over, or due, until they ran. It is measured on the tasks
 * that come by, because a probe of its own would wake an idle loop. Any thread.
 */
public final class LoopLag {
    private final AtomicLong maxNanos = new AtomicLong();
    private volatile long lastNanos;
    private volatile LongConsumer observer = nanos -> {};

    /** Told of every task, on the loop: it must only count. */
    public void observer(LongConsumer tells) {
        observer = tells;
    }

    void ran(long dueNanos) {
        long late = Math.max(0, System.nanoTime() - dueNanos);
        observer.accept(late);
        lastNanos = late;
        if (late > maxNanos.get()) {
            maxNanos.set(late);
        }
    }

    /** Of the last task. */
    public long lastNanos() {
        return lastNanos;
    }

    /** The largest since the last call of this method. */
    public long takeMaxNanos() {
        return maxNanos.getAndSet(0);
    }
}
