package io.vigia.supervisor.api.json;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.model.LimitsView;

/** Limits as one flat object: numbers where the kernel has numbers, else its own text. */
public final class LimitsJson {
    private LimitsJson() {}

    public static JsonObject of(LimitsView limits) {
        JsonObject json = new JsonObject();
        limits.values().forEach((file, reading) -> {
            LimitValue value = reading.orNull();
            if (value != null) {
                json.put(file.fileName(), value.json());
            }
        });
        return json;
    }
}
