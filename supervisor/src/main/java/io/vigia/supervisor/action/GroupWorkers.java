package io.vigia.supervisor.action;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.TimeSlice;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what may block, in order per group, on a bounded number of platform threads (a blocking native call would pin a
 * virtual thread's carrier). Futures complete on the caller's Vert.x context. Thread-safe.
 */
public final class GroupWorkers implements AutoCloseable {
    private static final long STACK_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final ThreadPoolExecutor threads;
    private final int queueLimit;
    private final Map<CgroupPath, Lane> lanes = new HashMap<>();
    private int queued;

    /**
     * @param threadLimit how many groups may block at once; further ones wait
     * @param queueLimit tasks waiting in all before new ones are refused, so that a stuck kernel costs bounded memory
     */
    public GroupWorkers(Vertx vertx, int threadLimit, int queueLimit) {
        this.vertx = vertx;
        this.queueLimit = queueLimit;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                1,
                threadLimit,
                10,
                TimeUnit.SECONDS,
                new HandOver(),
                task -> {
                    Runnable prompt = () -> {
                        boolean unused = TimeSlice.shorten();
                        task.run();
                    };
                    Thread thread = new Thread(null, prompt, "vigia-worker-" + number.incrementAndGet(), STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> ((HandOver) pool.getQueue()).hold(task, pool));
    }

    /**
     * The pool's queue: an idle thread before a new one, and a new one before waiting. Without it the pool starts a thread for each of
     * its first tasks, which costs what a whole reaction may take.
     */
    private static final class HandOver extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        /** False when no thread is idle: the pool starts one, or comes to {@link #hold}. */
        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        void hold(Runnable task, ThreadPoolExecutor pool) {
            super.offer(task);
            // The last thread may have ended meanwhile, and would never take it.
            if (pool.isShutdown() && remove(task)) {
                throw new RejectedExecutionException("closed");
            }
        }
    }

    /** Runs {@code task} after all earlier ones of this group; what it throws fails the future. */
    public <T> Future<T> submit(CgroupPath group, Callable<T> task) {
        Promise<T> promise = callersPromise();
        enqueue(group, new Task(promise, () -> complete(promise, task)));
        return promise.future();
    }

    /** Runs {@code task} as soon as a thread is free, in no group's order: for readings. */
    public <T> Future<T> submit(Callable<T> task) {
        Promise<T> promise = callersPromise();
        if (!runs(() -> complete(promise, task))) {
            promise.tryFail(Problem.ending());
        }
        return promise.future();
    }

    /**
     * Like {@link #submit(CgroupPath, Callable)}, but the caller is answered at the deadline with {@link Problem.Kind#IN_FLIGHT} while the
     * task goes on: a write that reclaims cannot be called back. Later tasks of the group still wait for it.
     */
    public <T> Future<T> submitWithin(CgroupPath group, Duration deadline, Callable<T> task) {
        Promise<T> promise = callersPromise();
        long timer = vertx.setTimer(
                deadline.toMillis(),
                id -> promise.tryFail(Problem.of(
                        Problem.Kind.IN_FLIGHT,
                        "the kernel has not finished with " + group + " within " + deadline.toMillis()
                                + " ms; the change is still under way, look again with GET")));
        enqueue(group, new Task(promise, () -> {
            complete(promise, task);
            vertx.cancelTimer(timer);
        }));
        return promise.future();
    }

    /** How many tasks wait or run, for metrics. */
    public int pending() {
        synchronized (lanes) {
            return queued;
        }
    }

    /** Waits for what runs, at most five seconds; what waits behind it for its group, and what comes later, fails. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> Promise<T> callersPromise() {
        return ((ContextInternal) vertx.getOrCreateContext()).promise();
    }

    private static <T> void complete(Promise<T> promise, Callable<T> task) {
        try {
            promise.tryComplete(task.call());
        } catch (Throwable failure) {
            promise.tryFail(failure);
        }
    }

    private void enqueue(CgroupPath group, Task task) {
        Lane lane;
        synchronized (lanes) {
            if (queued >= queueLimit) {
                task.promise.tryFail(Problem.of(
                        Problem.Kind.UNAVAILABLE,
                        queued + " changes already wait for the kernel; try again when it has caught up"));
                return;
            }
            queued++;
            lane = lanes.computeIfAbsent(group, path -> new Lane());
            lane.tasks.add(task);
            if (lane.running) {
                return;
            }
            lane.running = true;
        }
        runNext(group, lane);
    }

    // Not under the lock: the woken thread would run into it.
    private void runNext(CgroupPath group, Lane lane) {
        if (!runs(() -> runOne(group, lane))) {
            synchronized (lanes) {
                lanes.remove(group);
                queued -= lane.tasks.size();
                lane.tasks.forEach(task -> task.promise.tryFail(Problem.ending()));
            }
        }
    }

    // One task per turn of the pool, so that a busy group does not keep others from a thread.
    private void runOne(CgroupPath group, Lane lane) {
        Task task;
        synchronized (lanes) {
            task = lane.tasks.remove();
        }
        try {
            task.work.run();
        } finally {
            if (moreAfterOne(group, lane)) {
                runNext(group, lane);
            }
        }
    }

    private boolean moreAfterOne(CgroupPath group, Lane lane) {
        synchronized (lanes) {
            queued--;
            if (lane.tasks.isEmpty()) {
                lanes.remove(group);
                return false;
            }
            return true;
        }
    }

    /** False once closed. */
    private boolean runs(Runnable work) {
        try {
            threads.execute(work);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private record Task(Promise<?> promise, Runnable work) {}

    private static final class Lane {
        private final ArrayDeque<Task> tasks = new ArrayDeque<>();
        private boolean running;
    }
}
