package io.vigia.supervisor.action;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Notifications to a receiver on this machine that is not always well. */
class WebhooksTest {
    private static final JsonObject BODY = new JsonObject().put("decision", "d1");
    private static final Duration WAIT = Duration.ofMillis(5);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Webhooks webhooks = new Webhooks(vertx, WAIT);
    private HttpServer server;
    private int failures;

    @BeforeEach
    void listens() throws Exception {
        log.start();
        root.addAppender(log);
        server = vertx.createHttpServer()
                .requestHandler(request -> request.bodyHandler(body -> {
                    received.add(request.method() + " " + request.getHeader("Content-Type") + " " + body);
                    request.response()
                            .setStatusCode(received.size() <= failures ? 503 : 204)
                            .end();
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, SECONDS);
    }

    @AfterEach
    void closes() throws Exception {
        root.detachAppender(log);
        vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }

    private String post(String path) throws Exception {
        URI target = URI.create("http://user:pass-secret@127.0.0.1:" + server.actualPort() + path);
        return webhooks.post(target, BODY)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, SECONDS);
    }

    @Test
    void triesAgainUntilItIsTaken() throws Exception {
        failures = 2;
        assertThat(post("/hook?token=query-secret"))
                .contains("answered 204", "127.0.0.1")
                .doesNotContain("secret");
        assertThat(received).hasSize(3).allMatch(one -> one.equals("POST application/json " + BODY.encode()));
        assertNoSecretLogged();
    }

    @Test
    void givesUpAndSaysSoWithoutTheSecret() {
        failures = 100;
        assertThatThrownBy(() -> post("/hook?token=query-secret"))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("was not taken after 4 tries")
                .hasMessageContaining("503")
                .message()
                .doesNotContain("secret");
        assertThat(received).hasSize(4);
        assertNoSecretLogged();
    }

    @Test
    void saysThatNobodyListensWithoutTheSecret() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
        assertThatThrownBy(() -> post("/services/path-secret"))
                .message()
                .contains("was not taken after 4 tries")
                .doesNotContain("secret");
    }

    private void assertNoSecretLogged() {
        assertThat(log.list.toString()).doesNotContain("secret");
    }
}
