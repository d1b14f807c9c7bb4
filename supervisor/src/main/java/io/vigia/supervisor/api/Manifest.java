package io.vigia.supervisor.api;

import io.vigia.supervisor.api.json.StrictJson;
import io.vigia.supervisor.model.Problem;
import org.jspecify.annotations.Nullable;

/** The text of a manifest that came as a body. */
final class Manifest {
    private Manifest() {}

    /** JSON is held to JSON's rules; otherwise the text is YAML, of which JSON is a part. */
    static String checked(String text, @Nullable String mediaType) {
        if (text.isBlank()) {
            throw Problem.of(Problem.Kind.INVALID, "the body is empty; a manifest in YAML or JSON was expected");
        }
        if (MediaTypes.JSON.equals(mediaType)) {
            return StrictJson.object(text).encode();
        }
        return text;
    }
}
