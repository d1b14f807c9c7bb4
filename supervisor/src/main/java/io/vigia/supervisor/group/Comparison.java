package io.vigia.supervisor.group;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.kernel.loop.KernelLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what is known with what is there: one look at a time, and whoever asks while it is under way is served by the next,
 * because the look may have passed by already what he asks for. A look that fails is made again until one does not; who asked is told
 * after a number of them that it did not succeed so far. Kernel-loop thread only.
 */
public final class Comparison<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Comparison.class);

    private final KernelLoop loop;
    private final long pauseMillis;
    private final int mostLooks;
    private final Supplier<Future<T>> look;
    private final Consumer<T> compare;
    /** Whom the next look serves. */
    private final List<Waiting> next = new ArrayList<>();

    private boolean busy;
    private boolean failing;

    /** @param looks how many have failed since it was asked for */
    private record Waiting(Promise<Void> compared, int looks) {}

    /**
     * @param pauseMillis between two looks
     * @param mostLooks after how many that failed who asked is told
     * @param look begins one; completes on the loop
     * @param compare with what the look saw
     */
    public Comparison(KernelLoop loop, long pauseMillis, int mostLooks, Supplier<Future<T>> look, Consumer<T> compare) {
        this.loop = loop;
        this.pauseMillis = pauseMillis;
        this.mostLooks = mostLooks;
        this.look = look;
        this.compare = compare;
    }

    /** Completes when a look that began after this call has been compared with; fails when many in a row have failed. */
    public Future<Void> ask() {
        loop.requireInLoop();
        Promise<Void> compared = Promise.promise();
        next.add(new Waiting(compared, 0));
        if (!busy) {
            begin();
        }
        return compared.future();
    }

    private void begin() {
        busy = true;
        List<Waiting> served = List.copyOf(next);
        next.clear();
        look.get().onComplete(looked -> {
            List<Runnable> told = new ArrayList<>();
            if (looked.succeeded()) {
                compare.accept(looked.result());
                failing = false;
                served.forEach(waiting -> told.add(waiting.compared::complete));
            } else {
                failed(looked.cause(), served, told);
            }
            busy = failing || !next.isEmpty();
            if (busy) {
                KernelLoop.Timer unused = loop.schedule(pauseMillis, this::begin);
            }
            told.forEach(Runnable::run);
        });
    }

    private void failed(Throwable why, List<Waiting> served, List<Runnable> told) {
        if (!failing) {
            LOG.warn("cannot look at everything, and will try again: {}", why.toString());
        }
        failing = true;
        for (Waiting waiting : served) {
            if (waiting.looks + 1 < mostLooks) {
                next.add(new Waiting(waiting.compared, waiting.looks + 1));
            } else {
                told.add(() -> waiting.compared.fail(why));
            }
        }
    }
}
