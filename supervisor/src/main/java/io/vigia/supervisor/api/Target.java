package io.vigia.supervisor.api;

import io.vigia.supervisor.model.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request's target as it was sent: nothing decoded, nothing normalised, because an encoded slash in an id is not a
 * separator and a dot segment is an attempt, not a path.
 *
 * @param segments of the path, raw
 * @param query raw, {@code null} without a question mark
 */
record Target(List<String> segments, @Nullable String query) {
    Target {
        segments = List.copyOf(segments);
    }

    /** @param host the Host header, which an absolute target must agree with */
    static Target parse(String uri, @Nullable String host) {
        String path = uri;
        if (!path.startsWith("/")) {
            String prefix = "http://" + host;
            if (host == null || !path.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT))) {
                throw Problem.of(Problem.Kind.INVALID, "the request's target must be a path");
            }
            path = path.substring(prefix.length());
            path = path.isEmpty() || path.startsWith("?") ? "/" + path : path;
        }
        int question = path.indexOf('?');
        String query = question < 0 ? null : path.substring(question + 1);
        String plain = question < 0 ? path : path.substring(0, question);
        if (!plain.startsWith("/") || plain.indexOf('#') >= 0) {
            throw Problem.of(Problem.Kind.INVALID, "the request's target must be a path");
        }
        List<String> segments = Arrays.asList(plain.substring(1).split("/", -1));
        segments.forEach(Target::requireSegment);
        return new Target(segments, query);
    }

    private static void requireSegment(String raw) {
        String decoded = Percent.segment(raw);
        if (decoded.equals(".") || decoded.equals("..")) {
            throw Problem.of(Problem.Kind.INVALID, "'" + decoded + "' is no name of anything here");
        }
    }
}
