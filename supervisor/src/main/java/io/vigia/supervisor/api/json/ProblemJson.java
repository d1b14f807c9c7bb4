package io.vigia.supervisor.api.json;

import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.model.Problem;

/** RFC 9457. */
public final class ProblemJson {
    /** The media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPES = "https://vigia.io/problems/";

    private ProblemJson() {}

    public static JsonObject of(Problem problem) {
        JsonObject json = new JsonObject()
                .put("type", TYPES + problem.kind().slug())
                .put("title", problem.kind().title())
                .put("status", problem.kind().status())
                .put("detail", problem.getMessage());
        if (problem.errno() != 0) {
            json.put("errno", problem.errno());
        }
        if (problem.file() != null) {
            json.put("file", problem.file());
        }
        if (problem.field() != null) {
            json.put("field", problem.field());
        }
        return json;
    }
}
