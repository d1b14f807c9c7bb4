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
 * because the look may have passed by already what he asks for. A look that fails is made again. Kernel-loop thread only.
 */
public final class Comparison<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Comparison.class);

    private final KernelLoop loop;
    private final long pauseMillis;
    private final Supplier<Future<T>> look;
    private final Consumer<T> compare;
    /** Whom the next look serves. */
    private final List<Promise<Void>> next = new ArrayList<>();

    private boolean busy;

    /**
     * @param pauseMillis between two looks
     * @param look begins one; completes on the loop
     * @param compare with what the look saw
     */
    public Comparison(KernelLoop loop, long pauseMillis, Supplier<Future<T>> look, Consumer<T> compare) {
        this.loop = loop;
        this.pauseMillis = pauseMillis;
        this.look = look;
        this.compare = compare;
    }

    /** Completes when a look that began after this call has been compared with. */
    public Future<Void> ask() {
        loop.requireInLoop();
        Promise<Void> compared = Promise.promise();
        next.add(compared);
        if (!busy) {
            begin();
        }
        return compared.future();
    }

    private void begin() {
        busy = true;
        List<Promise<Void>> served = List.copyOf(next);
        next.clear();
        look.get().onComplete(looked -> {
            if (looked.succeeded()) {
                compare.accept(looked.result());
            } else {
                LOG.warn("cannot look at everything: {}", looked.cause().toString());
                next.addAll(0, served);
            }
            if (next.isEmpty()) {
                busy = false;
            } else {
                KernelLoop.Timer unused = loop.schedule(pauseMillis, this::begin);
            }
            if (looked.succeeded()) {
                served.forEach(Promise::complete);
            }
        });
    }
}
