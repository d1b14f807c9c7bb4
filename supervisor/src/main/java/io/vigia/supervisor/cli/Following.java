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

    /** Told what comes, on the calling thread. */
    interface Listener {
        /** @return whether to go on */
        boolean event(JsonObject event);

        /**
         * After events: no more of them have come yet.
         *
         * @return whether to go on
         */
        boolean caughtUp();
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
        boolean[] told = {false};
        boolean[] enough = {false};
        // A blank line ends each event, so that something more has always come after its data.
        client.lines(path, "text/event-stream", (line, more) -> {
            if (line.startsWith(DATA)) {
                told[0] = true;
                enough[0] = !listener.event(
                        new JsonObject(line.substring(DATA.length()).strip()));
            }
            if (told[0] && !more && !enough[0]) {
                told[0] = false;
                enough[0] = !listener.caughtUp();
            }
            return !enough[0];
        });
        if (!enough[0]) {
            throw new UncheckedIOException(
                    new java.io.IOException(client.endpoint() + ": the server ended the stream of events"));
        }
    }
}
