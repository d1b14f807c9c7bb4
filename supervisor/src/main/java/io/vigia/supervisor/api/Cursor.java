package io.vigia.supervisor.api;

import io.vigia.supervisor.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** {@code continue}: opaque to clients, so that what is in it may change. It says of which list it is, so that nothing else passes for one. */
enum Cursor {
    GROUPS("groups:"),
    DECISIONS("decisions:");

    private final String mark;

    Cursor(String mark) {
        this.mark = mark;
    }

    @Nullable
    String encode(@Nullable String next) {
        return next == null
                ? null
                : Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString((mark + next).getBytes(StandardCharsets.UTF_8));
    }

    String decode(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            String next = text.startsWith(mark) ? text.substring(mark.length()) : "";
            if (!next.isEmpty() && cursor.equals(encode(next))) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // Not Base64: refused below like everything else that was made elsewhere.
        }
        throw Problem.of(
                        Problem.Kind.INVALID,
                        "'continue' is what the page before said, of the same list; leave it out to begin anew")
                .atField("continue");
    }
}
