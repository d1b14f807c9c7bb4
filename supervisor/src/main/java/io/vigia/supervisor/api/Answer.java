package io.vigia.supervisor.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.api.json.ProblemJson;
import io.vigia.supervisor.model.Problem;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What goes back.
 *
 * @param contentType {@code null} for an answer without a body
 */
record Answer(int status, @Nullable String contentType, Buffer body, Map<String, String> headers) {
    /** The handler writes to the response itself, and has begun or will. */
    static final Answer TAKEN = new Answer(0, null, Buffer.buffer(), Map.of());

    boolean isTaken() {
        return status == 0;
    }

    static Answer json(int status, JsonObject body) {
        return new Answer(status, "application/json", body.toBuffer(), Map.of());
    }

    static Answer ok(JsonObject body) {
        return json(200, body);
    }

    static Answer accepted(JsonObject body) {
        return json(202, body);
    }

    static Answer empty(int status) {
        return new Answer(status, null, Buffer.buffer(), Map.of());
    }

    static Answer text(int status, String contentType, String body) {
        return new Answer(status, contentType, Buffer.buffer(body), Map.of());
    }

    static Answer problem(Problem problem) {
        Answer answer = new Answer(
                problem.kind().status(),
                ProblemJson.MEDIA_TYPE,
                ProblemJson.of(problem).toBuffer(),
                Map.of());
        return switch (problem.kind()) {
            case UNAUTHENTICATED -> answer.with("WWW-Authenticate", "Bearer realm=\"vigia\"");
            case UNAVAILABLE -> answer.with("Retry-After", "5");
            default -> answer;
        };
    }

    Answer with(String header, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(header, value);
        return new Answer(status, contentType, body, all);
    }
}
