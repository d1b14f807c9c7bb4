package io.vigia.supervisor.cli.text;

import io.vertx.core.json.JsonObject;

/** An event on one line: time, number, group, sentence. */
public final class EventLine {
    private EventLine() {}

    public static String of(JsonObject event) {
        String number = Fields.text(event, "sequence");
        return Units.time(Fields.text(event, "time"), true) + "  " + (number == null ? "" : "#" + number + "  ")
                + EventSentences.group(event) + "  " + EventSentences.of(event);
    }
}
