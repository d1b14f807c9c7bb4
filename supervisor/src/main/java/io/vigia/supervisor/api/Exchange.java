package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.api.auth.Principal;
import io.vigia.supervisor.api.json.StrictJson;
import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request under way. Owned by the connection's event loop.
 *
 * @param segments raw, what stands where the template has names
 * @param body {@code null} where the route takes none
 * @param mediaType of the body, without parameters; {@code null} when none was said
 * @param accepted the media type to answer with
 */
record Exchange(
        Delivery delivery,
        Route route,
        List<String> segments,
        Query query,
        Principal principal,
        @Nullable Future<Buffer> body,
        @Nullable String mediaType,
        String accepted) {

    /** The group that the path names. */
    String group() {
        return Names.group(segments.get(0));
    }

    HttpServerRequest request() {
        return delivery.request();
    }

    boolean isDryRun() {
        return query.isOn("dryRun");
    }

    /** The body as text; refused unless it is UTF-8. */
    Future<String> text() {
        return body == null ? Future.succeededFuture("") : body.map(StrictJson::text);
    }

    /** The body as a JSON object of which every name is known; an empty body is an empty object. */
    Future<JsonObject> object(Set<String> known) {
        return text().map(text -> {
            JsonObject object = text.isBlank() ? new JsonObject() : StrictJson.object(text);
            for (String name : object.fieldNames()) {
                if (!known.contains(name)) {
                    throw Problem.of(
                                    Problem.Kind.INVALID,
                                    "unknown field '" + name + "'; known here: "
                                            + String.join(
                                                    ", ",
                                                    known.stream().sorted().toList()))
                            .atField("/" + name);
                }
            }
            return object;
        });
    }
}
