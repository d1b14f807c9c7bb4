package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.client.ApiClient;
import io.vigia.supervisor.cli.client.Paths;
import io.vigia.supervisor.cli.client.Query;
import io.vigia.supervisor.cli.text.EventLine;
import io.vigia.supervisor.cli.text.Fields;
import io.vigia.supervisor.config.Durations;
import io.vigia.supervisor.journal.EventTypes;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What happened, one sentence an event. */
@Command(name = "events", description = "Show what happened: the last events, or with -f what happens from now on.")
final class EventsVerb extends ServerVerb {
    private static final int USUAL = 100;
    private static final int MOST = 100_000;
    private static final String BUT_PROCESSES = EventTypes.JOURNALLED.stream()
            .map(type -> type.substring(0, type.indexOf('.')) + ".*")
            .filter(types -> !types.equals("process.*"))
            .distinct()
            .collect(Collectors.joining(","));

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with events as they happen.")
    private boolean follow;

    @Option(names = "--since", paramLabel = "N|10m", description = "After event number N, or of the last 10 minutes.")
    private @Nullable String since;

    @Option(
            names = "--type",
            paramLabel = "GLOB",
            description = {
                "Only these types, for example 'policy.*'.",
                "Without it a table leaves out process.*: every fork, exec and exit of the groups that ask for them."
            })
    private @Nullable String type;

    @Option(names = "--group", paramLabel = "GLOB", description = "Only of these groups, for example '/vigia/**'.")
    private @Nullable String group;

    @Option(names = "-o", paramLabel = "table|json", description = "json: one event a line.")
    private Output output = Output.table;

    @Override
    public Integer call() {
        if (output == Output.yaml) {
            throw usage("-o yaml: events are shown as table or json");
        }
        ApiClient client = client();
        boolean byNumber = since != null && since.matches("[0-9]{1,18}") && !since.equals("0s");
        Long number = byNumber && since != null ? Long.valueOf(since) : null;
        if (follow && (number != null || since == null)) {
            Following.events(client, number, types(), group, shown());
            return Exit.DONE;
        }
        Instant from = since == null || number != null ? null : Instant.now().minus(age(since));
        long last = past(client, number, from);
        if (follow) {
            Following.events(client, last < 0 ? null : last, types(), group, shown());
        }
        return Exit.DONE;
    }

    private static Duration age(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw usage("--since: " + e.getMessage() + ", or the number of an event");
        }
    }

    /** Programs read JSON, and get all of it. */
    private @Nullable String types() {
        return type != null || output == Output.json ? type : BUT_PROCESSES;
    }

    /** @return the number of the last event shown or passed over, -1 for none */
    private long past(ApiClient client, @Nullable Long number, @Nullable Instant from) {
        String path = new Query(Paths.EVENTS)
                .with("since", number)
                .with("type", types())
                .with("group", group)
                .with("limit", since == null ? USUAL : MOST)
                .toString();
        long[] last = {-1};
        client.lines(path, "application/x-ndjson", (line, more) -> {
            if (line.isBlank()) {
                return true;
            }
            JsonObject event = new JsonObject(line);
            last[0] = Long.parseLong(Fields.text(event, "sequence", "-1"));
            if (!isBefore(event, from)) {
                show(event);
            }
            return more || !shell().out().checkError();
        });
        return last[0];
    }

    private static boolean isBefore(JsonObject event, @Nullable Instant from) {
        String time = Fields.text(event, "time");
        try {
            return from != null && time != null && Instant.parse(time).isBefore(from);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private Following.Listener shown() {
        return new Following.Listener() {
            @Override
            public boolean event(JsonObject event) {
                show(event);
                return true;
            }

            @Override
            public boolean caughtUp() {
                return !shell().out().checkError();
            }
        };
    }

    private void show(JsonObject event) {
        shell().line(output == Output.json ? event.encode() : EventLine.of(event));
    }
}
