package io.vigia.supervisor;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;

/**
 * Lets idle event loops sleep. Netty's wakes every second while it has nothing scheduled; with a task far away it sleeps until
 * that is due.
 */
final class LongSleep {
    private static final long DAYS = 1;

    private LongSleep() {}

    /** All loops, the acceptor's too; starts their threads. */
    static void of(Vertx vertx) {
        VertxInternal internal = (VertxInternal) vertx;
        internal.nettyEventLoopGroup().forEach(LongSleep::sleepLong);
        internal.acceptorEventLoopGroup().forEach(LongSleep::sleepLong);
    }

    private static void sleepLong(EventExecutor loop) {
        var unused = loop.scheduleWithFixedDelay(() -> {}, DAYS, DAYS, TimeUnit.DAYS);
    }
}
