package io.vigia.supervisor.journal;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON text without intermediate objects. Any string is written as valid JSON and valid UTF-8: what stands alone of a
 * surrogate pair becomes U+FFFD, so that the text is the same before and after the disk.
 */
public final class JsonText {
    private static final int MAX_DEPTH = 64;
    private static final long MAX_YEAR_SECOND = 253_402_300_799L;
    private static final long MIN_YEAR_SECOND = -62_167_219_200L;
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** @throws IllegalArgumentException for a type that JSON has no word for, or nesting deeper than 64 */
    public static void append(StringBuilder out, @Nullable Object value) {
        append(out, value, 0);
    }

    private static void append(StringBuilder out, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH + " levels");
        }
        switch (value) {
            case null -> out.append("null");
            case String text -> quote(out, text);
            case Integer number -> out.append(number.intValue());
            case Long number -> out.append(number.longValue());
            case Double number -> appendFinite(out, number);
            case Float number -> appendFinite(out, number.doubleValue());
            case Number number -> out.append(number);
            case Boolean bool -> out.append(bool.booleanValue());
            case JsonObject object -> appendMap(out, object.getMap(), depth);
            case Map<?, ?> map -> appendMap(out, map, depth);
            case JsonArray array -> appendItems(out, array.getList(), depth);
            case Iterable<?> items -> appendItems(out, items, depth);
            case Enum<?> constant -> quote(out, constant.name());
            case Instant instant -> {
                out.append('"');
                time(out, instant);
                out.append('"');
            }
            case CharSequence text -> quote(out, text);
            default ->
                throw new IllegalArgumentException(
                        "no JSON for " + value.getClass().getName());
        }
    }

    private static void appendFinite(StringBuilder out, double number) {
        if (Double.isFinite(number)) {
            out.append(number);
        } else {
            out.append("null");
        }
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map, int depth) {
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                out.append(',');
            }
            first = false;
            quote(out, String.valueOf(entry.getKey()));
            out.append(':');
            append(out, entry.getValue(), depth + 1);
        }
        out.append('}');
    }

    private static void appendItems(StringBuilder out, Iterable<?> items, int depth) {
        out.append('[');
        boolean first = true;
        for (Object item : items) {
            if (!first) {
                out.append(',');
            }
            first = false;
            append(out, item, depth + 1);
        }
        out.append(']');
    }

    static void quote(StringBuilder out, CharSequence text) {
        out.append('"');
        int plainFrom = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && c < Character.MIN_SURROGATE) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c <= '\\' || Character.isSurrogate(c)) {
                out.append(text, plainFrom, i);
                escape(out, c);
                plainFrom = i + 1;
            }
        }
        out.append(text, plainFrom, length).append('"');
    }

    private static void escape(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            default -> {
                if (Character.isSurrogate(c)) {
                    out.append('\uFFFD');
                } else {
                    out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                }
            }
        }
    }

    /** RFC 3339, UTC, microseconds: {@code 2026-01-02T03:04:05.000678Z}. Years outside 0 to 9999 become their ends. */
    static void time(StringBuilder out, Instant instant) {
        long second = Math.clamp(instant.getEpochSecond(), MIN_YEAR_SECOND, MAX_YEAR_SECOND);
        LocalDateTime utc = LocalDateTime.ofEpochSecond(second, instant.getNano(), ZoneOffset.UTC);
        digits(out, utc.getYear(), 1000);
        digits(out.append('-'), utc.getMonthValue(), 10);
        digits(out.append('-'), utc.getDayOfMonth(), 10);
        digits(out.append('T'), utc.getHour(), 10);
        digits(out.append(':'), utc.getMinute(), 10);
        digits(out.append(':'), utc.getSecond(), 10);
        digits(out.append('.'), utc.getNano() / 1000, 100_000);
        out.append('Z');
    }

    private static void digits(StringBuilder out, int value, int highest) {
        for (int unit = highest; unit > 0; unit /= 10) {
            out.append((char) ('0' + value / unit % 10));
        }
    }
}
