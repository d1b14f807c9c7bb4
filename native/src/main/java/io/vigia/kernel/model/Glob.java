package io.vigia.kernel.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code *} within a segment, {@code **} across, {@code ?} one character; several patterns separated by commas. Equal by
 * text. Written by
 * hand, because a regular expression takes exponential time for some patterns, and clients may send any.
 */
public final class Glob {
    private final String text;
    private final List<String> patterns;
    private final char separator;

    private Glob(String text, char separator) {
        this.text = text;
        this.patterns = List.of(text.split(",", -1));
        this.separator = separator;
    }

    /** For cgroup paths: segments end at a slash, and a pattern without a first slash gets one. */
    public static Glob ofPath(String text) {
        StringBuilder slashed = new StringBuilder();
        for (String one : text.split(",", -1)) {
            slashed.append(slashed.isEmpty() ? "" : ",")
                    .append(one.startsWith("/") || one.startsWith("**") ? one : "/" + one);
        }
        return new Glob(slashed.toString(), '/');
    }

    /** For names and event types: no segments, so {@code *} matches everything. */
    public static Glob ofName(String text) {
        return new Glob(text, '\0');
    }

    public boolean matches(String candidate) {
        for (String pattern : patterns) {
            if (matches(pattern, candidate)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Lets each star take as little as will do. Only the last {@code *} and the last {@code **} are ever given more: whatever an
     * earlier one could make of it, the later one can as well.
     */
    private boolean matches(String pattern, String candidate) {
        int p = 0;
        int c = 0;
        int afterStar = -1;
        int starEnd = 0;
        int afterDouble = -1;
        int doubleEnd = 0;
        while (p < pattern.length() || c < candidate.length()) {
            if (pattern.startsWith("**", p)) {
                p += 2;
                afterDouble = p;
                doubleEnd = c;
                afterStar = -1;
            } else if (pattern.startsWith("*", p)) {
                p++;
                afterStar = p;
                starEnd = c;
            } else if (p < pattern.length() && c < candidate.length() && same(pattern.charAt(p), candidate.charAt(c))) {
                // One character may be two chars.
                c += pattern.charAt(p) == '?' ? Character.charCount(candidate.codePointAt(c)) : 1;
                p++;
            } else if (afterStar >= 0 && starEnd < candidate.length() && candidate.charAt(starEnd) != separator) {
                starEnd++;
                c = starEnd;
                p = afterStar;
            } else if (afterDouble >= 0 && doubleEnd < candidate.length()) {
                doubleEnd++;
                c = doubleEnd;
                p = afterDouble;
                afterStar = -1;
            } else {
                return false;
            }
        }
        return true;
    }

    private boolean same(char wanted, char is) {
        return wanted == '?' ? is != separator : wanted == is;
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
