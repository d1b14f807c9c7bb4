package io.vigia.supervisor.cli;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.cli.text.Yaml;

/** How {@code get} shows what it got. */
enum Output {
    table,
    wide,
    json,
    yaml;

    /** Only for {@link #json} and {@link #yaml}. */
    static String document(Output form, JsonObject json) {
        return form == yaml ? Yaml.of(json).stripTrailing() : json.encodePrettily();
    }

    boolean isTable() {
        return this == table || this == wide;
    }
}
