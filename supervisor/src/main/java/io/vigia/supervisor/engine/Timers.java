package io.vigia.supervisor.engine;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.supervisor.supervise.Effect;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** One container's timers, at most one of each kind. Kernel-loop thread only. */
final class Timers {
    private final KernelLoop loop;
    private final Map<Effect.Timer, KernelLoop.Timer> running = new EnumMap<>(Effect.Timer.class);

    Timers(KernelLoop loop) {
        this.loop = loop;
    }

    /** Replaces a running one of the same kind. */
    void arm(Effect.Timer kind, Duration after, Runnable elapsed) {
        cancel(kind);
        running.put(kind, loop.schedule(after.toMillis(), elapsed));
    }

    void cancel(Effect.Timer kind) {
        KernelLoop.Timer timer = running.remove(kind);
        if (timer != null) {
            timer.cancel();
        }
    }

    void cancelAll() {
        running.values().forEach(KernelLoop.Timer::cancel);
        running.clear();
    }
}
