package io.vigia.supervisor.config;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.PressureKind;
import io.vigia.kernel.model.Resource;
import io.vigia.supervisor.policy.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code when:} of a policy. */
final class ConditionReader {
    static final int MAX_DEPTH = 8;
    /** What kernels before the limit was dropped want (kernel/sched/psi.c, WINDOW_MIN_US). */
    static final Duration MIN_WINDOW = Duration.ofMillis(500);

    static final Duration MAX_WINDOW = Duration.ofSeconds(10);
    private static final Duration DEFAULT_WINDOW = Duration.ofSeconds(2);
    private static final Duration DEFAULT_PER = Duration.ofSeconds(10);
    private static final Set<String> EVENTS = Set.of("high", "max", "oom", "oom_kill");
    private static final Map<String, LimitFile> MEMORY_LIMITS =
            Map.of("memory.max", LimitFile.MEMORY_MAX, "memory.high", LimitFile.MEMORY_HIGH);

    private ConditionReader() {}

    /** {@code null} with a finding. */
    static @Nullable Condition read(Tree tree, String path, Findings findings, int depth) {
        Fields fields = Fields.of(tree, path, findings);
        if (fields == null) {
            return null;
        }
        if (depth > MAX_DEPTH) {
            fields.add("is nested more than " + MAX_DEPTH + " deep: split the policy");
            return null;
        }
        int before = findings.count();
        List<@Nullable Condition> found = new ArrayList<>();
        for (String key : new String[] {"all", "any"}) {
            if (fields.has(key)) {
                List<Condition> parts = parts(fields, key, depth);
                found.add(key.equals("all") ? new Condition.All(parts) : new Condition.Any(parts));
            }
        }
        detector(fields, "pressure", ConditionReader::pressure, found);
        detector(fields, "memory", ConditionReader::memory, found);
        detector(fields, "memory_event", ConditionReader::memoryEvent, found);
        detector(fields, "pids", ConditionReader::pids, found);
        fields.done();
        if (findings.count() == before && found.size() != 1) {
            fields.add(
                    found.isEmpty()
                            ? "is empty: write one of all, any, pressure, memory, memory_event, pids"
                            : "has " + found.size()
                                    + " conditions side by side: put them into a list below all: or any:");
        }
        return found.size() == 1 && findings.count() == before ? found.getFirst() : null;
    }

    private static void detector(Fields fields, String key, Reader reader, List<@Nullable Condition> found) {
        if (!fields.has(key)) {
            return;
        }
        Tree value = fields.require(key, key + ": {above: 80%}");
        Fields inner = value == null ? null : fields.mapping(key);
        found.add(inner == null ? null : reader.read(inner));
        if (inner != null) {
            inner.done();
        }
    }

    private static List<Condition> parts(Fields fields, String key, int depth) {
        List<Condition> parts = new ArrayList<>();
        List<Fields.Item> items = fields.items(key);
        for (Fields.Item item : items) {
            Condition part = read(item.tree(), item.path(), fields.findings(), depth + 1);
            if (part != null) {
                parts.add(part);
            }
        }
        if (items.isEmpty()) {
            fields.add(fields.at(), key, "must be a list of at least one condition");
        }
        return parts;
    }

    private static Condition pressure(Fields fields) {
        fields.require("resource", "resource: memory");
        Resource resource = fields.choice("resource", Resource.class);
        PressureKind kind = fields.choice("kind", PressureKind.class);
        double above = above(fields);
        Duration window = fields.value("window", ConditionReader::window, DEFAULT_WINDOW);
        if (resource == Resource.IRQ && kind == PressureKind.SOME) {
            fields.add("irq has no 'some': the kernel accounts for 'full' alone");
        }
        PressureKind otherwise = resource == Resource.IRQ ? PressureKind.FULL : PressureKind.SOME;
        return new Condition.PressureAbove(
                resource == null ? Resource.CPU : resource, kind == null ? otherwise : kind, above, window);
    }

    private static Duration window(String text) {
        Duration window = Durations.parse(text);
        if (window.compareTo(MIN_WINDOW) < 0 || window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException("'" + text + "' is outside what the kernel takes: 500ms to 10s");
        }
        return window;
    }

    private static Condition memory(Fields fields) {
        double above = above(fields);
        String of = fields.value("of", ConditionReader::memoryLimit, "memory.max");
        LimitFile file = MEMORY_LIMITS.get(of);
        return file == null ? new Condition.MemoryAboveHost(above) : new Condition.MemoryAboveLimit(above, file);
    }

    private static String memoryLimit(String text) {
        if (!text.equals("host") && !MEMORY_LIMITS.containsKey(text)) {
            throw new IllegalArgumentException("'" + text + "' is not one of memory.max, memory.high, host");
        }
        return text;
    }

    private static Condition memoryEvent(Fields fields) {
        fields.require("event", "event: high");
        String event = fields.value("event", ConditionReader::event, "high");
        Long count = fields.integer("count", 1, 1_000_000_000);
        Long above = fields.integer("above", 0, 1_000_000_000);
        if (count != null && above != null) {
            fields.add("has both count (at least) and above (more than): keep one");
        }
        Duration per = fields.value("per", ConditionReader::positive, DEFAULT_PER);
        long least = count != null ? count : above != null ? above + 1 : 1;
        return new Condition.MemoryEventRate(event, least, per);
    }

    private static String event(String text) {
        if (!EVENTS.contains(text)) {
            throw new IllegalArgumentException("'" + text + "' is not one of high, max, oom, oom_kill");
        }
        return text;
    }

    private static Condition pids(Fields fields) {
        return new Condition.PidsAbove(above(fields));
    }

    private static double above(Fields fields) {
        fields.require("above", "above: 80%");
        return fields.value("above", ConditionReader::shareOfWhole, 1.0);
    }

    /** Above 0 to 1. */
    static Double shareOfWhole(String text) {
        double share = Quantities.share(text);
        if (share <= 0 || share > 1) {
            throw new IllegalArgumentException("'" + text + "' must be above 0% and at most 100%");
        }
        return share;
    }

    static Duration positive(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be longer than 0");
        }
        return duration;
    }

    private interface Reader {
        Condition read(Fields fields);
    }
}
