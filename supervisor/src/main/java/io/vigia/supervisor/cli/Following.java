package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Events as they happen, over server-sent events. */
final class Following {
    private static final String DATA = "data:";

    private Following() {}

    /** Told each event. */
    @FunctionalInterface
    interface Listener {
        /** @param more whether more has come already
         * @return whether to go on */
        boolean event(JsonObject event, boolean more);
    }

    /**
     * Until the listener has enough; the server's end of it is an error.
     *
     * @param since exclusive, {@code null}: from now on
     */
    static void events(
            ApiClient client, @Nullable Long since, @Nullable String type, @Nullable String group, Listener listener) {
        String path = new Query(Paths.EVENTS)
                .with("since", since)
                .with("type", type)
                .with("group", group)
                .toString();
        boolean[] enough = {false};
        client.lines(path, "text/event-stream", (line, more) -> {
            if (line.startsWith(DATA)) {
                enough[0] = !listener.event(
                        new JsonObject(line.substring(DATA.length()).strip()), more);
            }
            return !enough[0];
        });
        if (!enough[0]) {
            throw new UncheckedIOException(
                    new java.io.IOException(client.endpoint() + ": the server ended the stream of events"));
        }
    }
}
