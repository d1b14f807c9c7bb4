package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vigia.supervisor.config.Config;

/**
 * What a node needs opened and may block for it, under way on a thread of its own, so that the caller can make the event loops
 * meanwhile. It ends in {@link Node#start} or in {@link #giveUp}.
 */
public final class Opening {
    private final Closing closing = new Closing();
    private final Promise<Opened> promise = Promise.promise();

    private Opening() {}

    /** Any thread; returns at once. */
    public static Opening begin(Config config) {
        Opening opening = new Opening();
        Thread thread = new Thread(
                () -> {
                    try {
                        opening.promise.complete(Opened.open(config, opening.closing));
                    } catch (RuntimeException e) {
                        opening.promise.fail(e);
                    }
                },
                "vigia-opening");
        thread.setDaemon(true);
        thread.start();
        return opening;
    }

    /** Closes what was opened, and what is yet to be; for a caller that cannot go on. */
    public void giveUp() {
        opened().onComplete(done -> closing.all());
    }

    /** Failed with what was opened before still in {@link #closing}. */
    Future<Opened> opened() {
        return promise.future();
    }

    Closing closing() {
        return closing;
    }
}
