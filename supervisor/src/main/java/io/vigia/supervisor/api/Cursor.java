package io.vigia.supervisor.api;

import io.vigia.supervisor.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** {@code continue}: opaque to clients, so that what is in it may change. */
final class Cursor {
    private Cursor() {}

    static @Nullable String encode(@Nullable String next) {
        return next == null
                ? null
                : Base64.getUrlEncoder().withoutPadding().encodeToString(next.getBytes(StandardCharsets.UTF_8));
    }

    static String decode(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.of(Problem.Kind.INVALID, "not a 'continue' that was given out here")
                    .atField("continue");
        }
    }
}
