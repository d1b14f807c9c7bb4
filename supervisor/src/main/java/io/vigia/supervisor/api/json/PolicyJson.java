package io.vigia.supervisor.api.json;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.policy.PolicySpec;
import java.util.Locale;

/** A policy as the API shows it: how it stands, and the manifest it was made from. */
public final class PolicyJson {
    private PolicyJson() {}

    public static JsonObject of(PolicySpec spec, String state, JsonObject status) {
        return new JsonObject()
                .put("name", spec.name())
                .put("mode", spec.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("state", state)
                .put("status", status)
                .put("manifest", spec.text().isBlank() ? null : new JsonObject(spec.text()));
    }
}
