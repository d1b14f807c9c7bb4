package io.vigia.supervisor.stream;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.journal.EventDraft;
import io.vigia.supervisor.journal.EventTypes;
import io.vigia.supervisor.journal.JournalOptions;
import io.vigia.supervisor.journal.SqliteJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub over a real journal, in which events of a kilobyte happen, and what its clients hear of them. */
abstract class JournalledHub {
    static final Duration BOUND = Duration.ofSeconds(60);
    static final Duration NEVER = Duration.ofHours(1);
    static final int BATCH = 2_000;
    static final String PADDING = "x".repeat(1_000);

    final Vertx vertx = Vertx.vertx();
    SqliteJournal journal;
    EventHub hub;

    @TempDir
    private Path directory;

    @BeforeEach
    void opens() {
        journal = SqliteJournal.open(JournalOptions.of(directory, "test", Duration.ofDays(1), 1L << 30));
        hub = new EventHub(vertx, journal, "test", InstantSource.system());
    }

    @AfterEach
    void closes() throws Exception {
        get(vertx.close());
        hub.close();
        journal.close();
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(BOUND.toSeconds(), SECONDS);
    }

    /** @return its port */
    static int listen(HttpServer server) throws Exception {
        return get(server.listen(0, "127.0.0.1")).actualPort();
    }

    static @Nullable Long since(@Nullable String query) {
        return query == null ? null : Long.valueOf(query.substring("since=".length()));
    }

    void happen(int count) {
        happen(EventTypes.GROUP_CREATED, Instant.now(), count);
    }

    void happen(String type, Instant when, int count) {
        for (int i = 0; i < count; i++) {
            journal.append(new EventDraft(type, "vigia/a", when, new JsonObject().put("padding", PADDING)));
        }
    }

    /** The first events of the journal, on its disk. */
    void happened(int count) {
        happen(count);
        await().atMost(BOUND).until(() -> journal.bounds().next() == count + 1);
    }

    /** A client's next event or note. */
    interface Next {
        JsonObject event() throws IOException;
    }

    /**
     * Everything up to {@code through} arrives or is declared missing, in order.
     *
     * @return the types of the notes in between
     */
    static List<String> account(Next client, long through) throws IOException {
        List<String> notes = new ArrayList<>();
        long settled = 0;
        while (settled < through) {
            JsonObject event = client.event();
            if (event.containsKey("sequence")) {
                settled++;
                assertThat(event.getString("sequence")).isEqualTo(String.valueOf(settled));
                continue;
            }
            String type = event.getString("type").substring(EventTypes.PREFIX.length());
            notes.add(type);
            if (type.equals(EventTypes.STREAM_GAP)) {
                assertThat(event.getJsonObject("data").getLong("from")).isEqualTo(settled + 1);
                settled = event.getJsonObject("data").getLong("to");
            }
        }
        return notes;
    }
}
