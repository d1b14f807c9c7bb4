package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lease entries as maps of strings, numbers and lists, ready for JSON. */
final class LeaseCodec {
    private LeaseCodec() {}

    static Map<String, Object> toMap(LeaseEntry entry) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("path", entry.key().path().text());
        map.put("group", entry.key().group().inode());
        map.put("file", entry.key().file());
        map.put("original", value(entry.original()));
        map.put("written", value(entry.written()));
        map.put("previous", value(entry.previous()));
        List<Object> held = new ArrayList<>();
        entry.held().forEach(h -> held.add(lease(h.lease())));
        map.put("held", held);
        return map;
    }

    private static Map<String, Object> lease(Lease lease) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("by", lease.holder().by());
        CgroupId target = lease.holder().target();
        if (target != null) {
            map.put("target", target.inode());
        }
        map.put("intent", lease.intent().name());
        map.put("wanted", value(lease.wanted()));
        map.put("since", lease.since().toString());
        Instant until = lease.until();
        if (until != null) {
            map.put("until", until.toString());
        }
        return map;
    }

    private static Map<String, Object> value(LimitValue value) {
        return switch (value) {
            case LimitValue.Max max -> Map.of("is", "max");
            case LimitValue.Amount(long amount) -> Map.of("is", "amount", "amount", amount);
            case LimitValue.CpuQuota(long quota, long period) ->
                Map.of("is", "quota", "quotaUsec", quota, "periodUsec", period);
            case LimitValue.CpuUnlimited(long period) -> Map.of("is", "unlimited", "periodUsec", period);
            case LimitValue.Weight(int weight) -> Map.of("is", "weight", "weight", weight);
            case LimitValue.Text(String text) -> Map.of("is", "text", "text", text);
        };
    }

    static LeaseEntry fromMap(String name, Map<String, Object> map, Moment now) {
        try {
            LeaseKey key = new LeaseKey(
                    new CgroupPath(text(map, "path")), new CgroupId(number(map, "group")), text(map, "file"));
            List<LeaseEntry.Held> held = new ArrayList<>();
            for (Object one : (List<?>) field(map, "held")) {
                held.add(held(key, (Map<?, ?>) one, now));
            }
            return new LeaseEntry(key, value(map, "original"), value(map, "written"), value(map, "previous"), held);
        } catch (IllegalArgumentException | ClassCastException | DateTimeException e) {
            throw new IllegalArgumentException("lease " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static LeaseEntry.Held held(LeaseKey key, Map<?, ?> map, Moment now) {
        Object target = map.get("target");
        LeaseHolder holder =
                new LeaseHolder(text(map, "by"), target == null ? null : new CgroupId(((Number) target).longValue()));
        Object until = map.get("until");
        Instant end = until == null ? null : Instant.parse((String) until);
        return new LeaseEntry.Held(
                new Lease(
                        key,
                        holder,
                        LeaseIntent.valueOf(text(map, "intent")),
                        value(map, "wanted"),
                        Instant.parse(text(map, "since")),
                        end),
                untilNanos(end, now));
    }

    private static @Nullable Long untilNanos(@Nullable Instant end, Moment now) {
        return end == null ? null : now.plus(Duration.between(now.wall(), end));
    }

    private static LimitValue value(Map<?, ?> map, String name) {
        Map<?, ?> value = (Map<?, ?>) field(map, name);
        String is = text(value, "is");
        return switch (is) {
            case "max" -> new LimitValue.Max();
            case "amount" -> new LimitValue.Amount(number(value, "amount"));
            case "quota" -> new LimitValue.CpuQuota(number(value, "quotaUsec"), number(value, "periodUsec"));
            case "unlimited" -> new LimitValue.CpuUnlimited(number(value, "periodUsec"));
            case "weight" -> new LimitValue.Weight(Math.toIntExact(number(value, "weight")));
            case "text" -> new LimitValue.Text(text(value, "text"));
            default -> throw new IllegalArgumentException(name + " is of an unknown kind: " + is);
        };
    }

    private static Object field(Map<?, ?> map, String name) {
        Object value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static String text(Map<?, ?> map, String name) {
        return (String) field(map, name);
    }

    private static long number(Map<?, ?> map, String name) {
        return ((Number) field(map, name)).longValue();
    }
}
