package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps connections within bounds of number and time: one that has not sent the whole head of a request within its time
 * is closed, however many bytes it dribbles meanwhile. Thread-safe.
 */
final class Connections {
    private static final Map<HttpConnection, Promise<Void>> ENDS = new ConcurrentHashMap<>();

    private final int most;
    private final long headMillis;
    private final long idleMillis;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<HttpConnection, Long> deadlines = new ConcurrentHashMap<>();

    /**
     * @param headMillis for the first request of a connection
     * @param idleMillis from the end of one request to the whole head of the next
     */
    Connections(int most, long headMillis, long idleMillis) {
        this.most = most;
        this.headMillis = headMillis;
        this.idleMillis = idleMillis;
    }

    /** Completes when the connection has ended. */
    static Future<Void> closed(HttpConnection connection) {
        Promise<Void> ended = ENDS.get(connection);
        return ended == null ? Future.succeededFuture() : ended.future();
    }

    int open() {
        return open.get();
    }

    void opened(HttpConnection connection) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            connection.close();
            return;
        }
        Vertx vertx = Listeners.current().owner();
        arm(vertx, connection, headMillis);
        Promise<Void> ended = Promise.promise();
        ENDS.put(connection, ended);
        connection.closeHandler(unused -> {
            open.decrementAndGet();
            disarm(vertx, connection);
            ENDS.remove(connection);
            ended.complete();
        });
    }

    /** The head of a request is there: from here on its handling has bounds of its own. */
    void began(HttpServerRequest request) {
        Vertx vertx = Listeners.current().owner();
        HttpConnection connection = request.connection();
        disarm(vertx, connection);
        request.response().endHandler(unused -> {
            // A refused connection, one past the bound, was never counted and needs no deadline.
            if (!request.response().closed()) {
                arm(vertx, connection, idleMillis);
            }
        });
    }

    private void arm(Vertx vertx, HttpConnection connection, long millis) {
        disarm(vertx, connection);
        deadlines.put(connection, vertx.setTimer(millis, unused -> {
            deadlines.remove(connection);
            connection.close();
        }));
    }

    private void disarm(Vertx vertx, HttpConnection connection) {
        Long timer = deadlines.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
