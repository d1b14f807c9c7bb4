package io.vigia.supervisor.journal;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A rough estimate of a draft's heap, so that a queue can be bounded by bytes. */
final class DraftWeight {
    private static final long DRAFT = 160;
    private static final long VALUE = 48;
    private static final int DEPTH = 8;

    private DraftWeight() {}

    static long of(EventDraft draft) {
        return DRAFT + ofValue(draft.data(), 0);
    }

    private static long ofValue(@Nullable Object value, int depth) {
        if (depth > DEPTH) {
            return VALUE;
        }
        return switch (value) {
            case String text -> VALUE + text.length();
            case JsonObject object -> ofMap(object.getMap(), depth);
            case Map<?, ?> map -> ofMap(map, depth);
            case JsonArray array -> ofItems(array.getList(), depth);
            case Iterable<?> items -> ofItems(items, depth);
            case null, default -> VALUE;
        };
    }

    private static long ofMap(Map<?, ?> map, int depth) {
        long sum = VALUE;
        for (Object value : map.values()) {
            sum += VALUE + ofValue(value, depth + 1);
        }
        return sum;
    }

    private static long ofItems(Iterable<?> items, int depth) {
        long sum = VALUE;
        for (Object item : items) {
            sum += ofValue(item, depth + 1);
        }
        return sum;
    }
}
