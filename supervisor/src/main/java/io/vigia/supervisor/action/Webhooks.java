package io.vigia.supervisor.action;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.model.Problem;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to an operator's endpoint, with retry: a receiver that is being restarted must not cost a notification.
 * Never blocks; any thread.
 */
public final class Webhooks {
    private static final int TRIES = 4;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Duration firstWait;
    /** Made for the first: few have webhooks, and every start would wait for it. */
    private @Nullable HttpClient client;

    public Webhooks(Vertx vertx) {
        this(vertx, FIRST_WAIT);
    }

    /** @param firstWait doubles from try to try */
    Webhooks(Vertx vertx, Duration firstWait) {
        this.vertx = vertx;
        this.firstWait = firstWait;
    }

    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = vertx.createHttpClient(
                    new HttpClientOptions()
                            .setConnectTimeout((int) TIMEOUT.toMillis())
                            .setMaxRedirects(0)
                            .setKeepAlive(false),
                    // Nothing is kept alive, so there is nothing to look through every second.
                    new PoolOptions().setCleanerPeriod(0));
            client = made;
        }
        return made;
    }

    /** @return how it was answered; fails when no try was answered with 2xx */
    public Future<String> post(URI target, JsonObject body) {
        return tryPost(target, body, 1, firstWait);
    }

    private Future<String> tryPost(URI target, JsonObject body, int number, Duration wait) {
        return once(target, body).recover(e -> {
            if (number >= TRIES) {
                return Future.failedFuture(Problem.of(
                        Problem.Kind.UNAVAILABLE,
                        "webhook " + shown(target) + " was not taken after " + TRIES + " tries: " + e.getMessage()));
            }
            Promise<Void> later = Promise.promise();
            vertx.setTimer(wait.toMillis(), id -> later.complete());
            return later.future().compose(due -> tryPost(target, body, number + 1, wait.multipliedBy(2)));
        });
    }

    private Future<String> once(URI target, JsonObject body) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(target.toString())
                .setTimeout(TIMEOUT.toMillis())
                .putHeader("Content-Type", "application/json");
        return client().request(options)
                .compose(request -> request.send(body.toBuffer()))
                .compose(response -> response.statusCode() / 100 == 2
                        ? response.end().map("webhook " + shown(target) + " answered " + response.statusCode())
                        : Future.failedFuture("it answered " + response.statusCode()));
    }

    /** Host and port alone: user, path and query are where receivers have their secrets. */
    private static String shown(URI target) {
        return target.getScheme() + "://" + target.getHost() + (target.getPort() < 0 ? "" : ":" + target.getPort());
    }
}
