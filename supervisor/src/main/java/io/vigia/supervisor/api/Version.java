package io.vigia.supervisor.api;

import io.vertx.core.json.JsonObject;

/** What runs here, as {@code /version} tells it. */
public record Version(String version, String commit, String java, String kernel) {
    /** @param commit of the sources, or {@code unknown} */
    public static Version of(String version, String commit) {
        return new Version(version, commit, Runtime.version().toString(), System.getProperty("os.version", "unknown"));
    }

    JsonObject json() {
        return new JsonObject()
                .put("version", version)
                .put("commit", commit)
                .put("java", java)
                .put("kernel", kernel);
    }
}
