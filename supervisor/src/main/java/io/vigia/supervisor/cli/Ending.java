package io.vigia.supervisor.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and Ctrl-C to a vigia in this process: it is stopped before the process ends. A second Ctrl-C does not wait,
 * which is the JVM's own doing only for a kill; so what stops is bounded in time.
 */
final class Ending {
    private static final long MOST_SECONDS = 60;

    private final RunningVigia running;
    private final boolean stopGroups;
    private final Runnable first;
    private final Runnable afterwards;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean began = new AtomicBoolean();

    Ending(RunningVigia running, boolean stopGroups, Runnable afterwards) {
        this(running, stopGroups, () -> {}, afterwards);
    }

    /** @param first what is done before anything stops; does not throw */
    Ending(RunningVigia running, boolean stopGroups, Runnable first, Runnable afterwards) {
        this.running = running;
        this.stopGroups = stopGroups;
        this.first = first;
        this.afterwards = afterwards;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "vigia-stop"));
    }

    /** Once; further callers wait for the first. */
    void stop() {
        if (began.compareAndSet(false, true)) {
            first.run();
            try {
                running.stop(stopGroups);
            } finally {
                afterwards.run();
                stopped.countDown();
            }
            return;
        }
        await(MOST_SECONDS);
    }

    /** Until somebody ends this process. */
    void await() {
        while (!await(MOST_SECONDS)) {
            // Nothing to do but to wait on: a serving process has no end of its own.
        }
    }

    private boolean await(long seconds) {
        try {
            return stopped.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
