package io.vigia.supervisor.api;

import io.vigia.supervisor.model.Problem;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Content-Type and Accept (RFC 9110, 8.3 and 12.5.1). */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String MERGE_PATCH = "application/merge-patch+json";
    static final String NDJSON = "application/x-ndjson";
    static final String SSE = "text/event-stream";
    static final List<String> BODY_JSON = List.of(JSON);
    static final List<String> BODY_PATCH = List.of(MERGE_PATCH, JSON);
    static final List<String> BODY_MANIFEST =
            List.of("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", JSON);

    private MediaTypes() {}

    /**
     * The media type of a body, without parameters and in lower case; {@code null} when the client says none.
     *
     * @throws Problem 415 for one that is not taken, or for another charset than UTF-8
     */
    static @Nullable String ofBody(@Nullable String contentType, List<String> taken) {
        if (contentType == null) {
            return null;
        }
        String folded = contentType.toLowerCase(Locale.ROOT);
        int semicolon = folded.indexOf(';');
        String type = (semicolon < 0 ? folded : folded.substring(0, semicolon)).strip();
        String parameters = semicolon < 0 ? "" : folded.substring(semicolon + 1);
        int charset = parameters.indexOf("charset=");
        if (!taken.contains(type)) {
            throw Problem.of(
                    Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type '" + type + "' is not taken here: " + String.join(" or ", taken));
        }
        if (charset >= 0
                && !parameters.substring(charset + 8).replace("\"", "").strip().startsWith("utf-8")) {
            throw Problem.of(Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "only charset UTF-8 is taken");
        }
        return type;
    }

    /**
     * Which of {@code offered} the client likes best, the first of them on a draw.
     *
     * @throws Problem 406 when it takes none
     */
    static String choose(@Nullable String accept, List<String> offered) {
        if (offered.isEmpty()) {
            return "";
        }
        if (accept == null || accept.isBlank()) {
            return offered.get(0);
        }
        String best = null;
        double bestWeight = 0;
        for (String one : offered) {
            double weight = weight(accept.toLowerCase(Locale.ROOT), one);
            if (weight > bestWeight) {
                best = one;
                bestWeight = weight;
            }
        }
        if (best == null) {
            throw Problem.of(
                    Problem.Kind.NOT_ACCEPTABLE,
                    "none of what Accept names can be given; here: " + String.join(", ", offered));
        }
        return best;
    }

    /** Of the most specific range that fits; 0 when none does. A hair less for wildcards, so that a named type wins. */
    private static double weight(String accept, String type) {
        double weight = 0;
        int specific = -1;
        for (String range : accept.split(",", -1)) {
            String[] parts = range.split(";", -1);
            String name = parts[0].strip();
            int fits = name.equals(type)
                    ? 2
                    : name.equals(type.substring(0, type.indexOf('/')) + "/*") ? 1 : name.equals("*/*") ? 0 : -1;
            if (fits > specific) {
                specific = fits;
                weight = quality(parts) * (1 - (2 - fits) * 1e-6);
            }
        }
        return weight;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Math.clamp(Double.parseDouble(parameter.substring(2)), 0, 1);
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
