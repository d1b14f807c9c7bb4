package io.vigia.supervisor.api;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps connections within bounds of number and time: one that has not sent the whole head of a request within its time
 * is closed, however many bytes it dribbles meanwhile. Thread-safe; each connection on its own event loop.
 */
final class Connections {
    private final int most;
    private final long headMillis;
    private final long idleMillis;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<HttpConnection, Long> deadlines = new ConcurrentHashMap<>();
    private final Map<HttpConnection, Promise<Void>> underWay = new ConcurrentHashMap<>();

    /**
     * @param headMillis for the first request of a connection
     * @param idleMillis from the end of one request to the whole head of the next, and for a client to take one piece of
     *     an answer
     */
    Connections(int most, long headMillis, long idleMillis) {
        this.most = most;
        this.headMillis = headMillis;
        this.idleMillis = idleMillis;
    }

    int open() {
        return open.get();
    }

    void opened(HttpConnection connection) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            onceClosed(connection, () -> lost(connection));
            connection.close();
            return;
        }
        Vertx vertx = Listeners.current().owner();
        arm(vertx, connection, headMillis);
        onceClosed(connection, () -> {
            open.decrementAndGet();
            disarm(vertx, connection);
            lost(connection);
        });
    }

    /** The head of a request is there: from here on its handling has bounds of its own. */
    Delivery began(HttpServerRequest request) {
        Vertx vertx = Listeners.current().owner();
        HttpConnection connection = request.connection();
        disarm(vertx, connection);
        Promise<Void> over = Promise.promise();
        underWay.put(connection, over);
        // Called twice for an answer that was written to its end, and not at all for one that its connection took
        // along.
        request.response().endHandler(unused -> {
            // A refused connection, one past the bound, was never counted and needs no deadline.
            if (underWay.remove(connection, over) && !request.response().closed()) {
                arm(vertx, connection, idleMillis);
            }
            over.tryComplete();
        });
        return new Delivery(vertx, request, over.future(), idleMillis);
    }

    /** By its channel: a connection that became a WebSocket does not call its own close handler (Vert.x 5.1). */
    private static void onceClosed(HttpConnection connection, Runnable then) {
        context(connection).channel().closeFuture().addListener(unused -> then.run());
    }

    /** At once: {@link HttpConnection#close}, like the channel's, first waits for the client to take what was written. */
    static void cut(HttpConnection connection) {
        var unused = context(connection).close();
    }

    private static ChannelHandlerContext context(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext();
    }

    private void lost(HttpConnection connection) {
        Promise<Void> over = underWay.remove(connection);
        if (over != null) {
            over.complete();
        }
    }

    private void arm(Vertx vertx, HttpConnection connection, long millis) {
        disarm(vertx, connection);
        deadlines.put(connection, vertx.setTimer(millis, unused -> {
            deadlines.remove(connection);
            cut(connection);
        }));
    }

    private void disarm(Vertx vertx, HttpConnection connection) {
        Long timer = deadlines.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
