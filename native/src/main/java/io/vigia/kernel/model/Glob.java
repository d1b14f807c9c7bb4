package io.vigia.kernel.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code *} within a segment, {@code **} across, {@code ?} one character; several patterns separated by commas. Equal by
 * text.
 */
public final class Glob {
    private final String text;
    private final Pattern pattern;

    private Glob(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /** For cgroup paths: segments end at a slash, and a pattern without a first slash gets one. */
    public static Glob ofPath(String text) {
        StringBuilder slashed = new StringBuilder();
        for (String one : text.split(",", -1)) {
            slashed.append(slashed.isEmpty() ? "" : ",")
                    .append(one.startsWith("/") || one.startsWith("**") ? one : "/" + one);
        }
        return of(slashed.toString(), '/');
    }

    /** For names and event types: no segments, so {@code *} matches everything. */
    public static Glob ofName(String text) {
        return of(text, '\0');
    }

    private static Glob of(String text, char separator) {
        StringBuilder regex = new StringBuilder();
        for (String one : text.split(",", -1)) {
            if (!regex.isEmpty()) {
                regex.append('|');
            }
            translate(one, separator, regex);
        }
        return new Glob(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    private static void translate(String glob, char separator, StringBuilder regex) {
        String notSeparator = "[^" + Pattern.quote(String.valueOf(separator)) + "]";
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append(notSeparator).append('*');
            } else if (c == '?') {
                regex.append(notSeparator);
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
    }

    public boolean matches(String candidate) {
        return pattern.matcher(candidate).matches();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Glob glob && glob.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
