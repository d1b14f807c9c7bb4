package io.vigia.supervisor.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One mapping being read. What is asked for is known; {@link #done} refuses the rest, so the reading code is the list of
 * fields. Every method that finds something wrong says so to the {@link Findings} and answers {@code null} or the
 * default, so that reading goes on to the next mistake.
 */
final class Fields {
    private final Tree.Mapping mapping;
    private final String path;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(Tree.Mapping mapping, String path, Findings findings) {
        this.mapping = mapping;
        this.path = path;
        this.findings = findings;
    }

    /** {@code null}, with a finding, when it is no mapping. */
    static @Nullable Fields of(Tree tree, String path, Findings findings) {
        if (tree instanceof Tree.Mapping mapping) {
            return new Fields(mapping, path, findings);
        }
        findings.add(tree.at(), path, "must be a mapping (key: value), but is " + tree.kind());
        return null;
    }

    Findings findings() {
        return findings;
    }

    Position at() {
        return mapping.at();
    }

    String pathOf(String key) {
        if (key.contains(".")) {
            return path + "[" + key + "]";
        }
        return path.isEmpty() ? key : path + "." + key;
    }

    List<Tree.Entry> entries() {
        return mapping.entries();
    }

    void add(Position at, String key, String message) {
        findings.add(at, pathOf(key), message);
    }

    /** About the mapping as a whole. */
    void add(String message) {
        findings.add(mapping.at(), path, message);
    }

    /** {@code null} when absent or nothing. */
    @Nullable
    Tree get(String key) {
        known.add(key);
        Tree value = mapping.get(key);
        return value instanceof Tree.Scalar scalar && scalar.isNull() ? null : value;
    }

    boolean has(String key) {
        known.add(key);
        return mapping.get(key) != null;
    }

    @Nullable
    Tree require(String key, String example) {
        Tree value = get(key);
        if (value == null) {
            findings.add(mapping.at(), pathOf(key), "is missing: write for example " + example);
        }
        return value;
    }

    @Nullable
    Fields mapping(String key) {
        Tree value = get(key);
        return value == null ? null : of(value, pathOf(key), findings);
    }

    /** The text of a scalar as it was written, numbers and truth values included. */
    @Nullable
    String text(String key) {
        Tree value = get(key);
        return value == null ? null : textOf(value, pathOf(key));
    }

    private @Nullable String textOf(Tree value, String where) {
        if (value instanceof Tree.Scalar scalar && !scalar.isNull()) {
            if (scalar.text().indexOf('\0') >= 0) {
                findings.add(value.at(), where, "must not contain a NUL character");
                return null;
            }
            return scalar.text();
        }
        findings.add(value.at(), where, "must be text, but is " + value.kind());
        return null;
    }

    /** @param parser throws IllegalArgumentException with a message for people */
    <T> @Nullable T value(String key, Function<String, @Nullable T> parser) {
        Tree value = get(key);
        return value == null ? null : parsed(value, pathOf(key), parser);
    }

    <T> T value(String key, Function<String, @Nullable T> parser, T otherwise) {
        T value = value(key, parser);
        return value == null ? otherwise : value;
    }

    private <T> @Nullable T parsed(Tree value, String where, Function<String, @Nullable T> parser) {
        String text = textOf(value, where);
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            findings.add(value.at(), where, String.valueOf(e.getMessage()));
            return null;
        }
    }

    @Nullable
    Boolean bool(String key) {
        Tree value = get(key);
        if (value == null) {
            return null;
        }
        Boolean bool = value instanceof Tree.Scalar scalar ? scalar.bool() : null;
        if (bool == null) {
            findings.add(value.at(), pathOf(key), "must be true or false, but is " + value.kind());
        }
        return bool;
    }

    @Nullable
    Long integer(String key, long least, long most) {
        return value(key, text -> whole(text, least, most));
    }

    private static Long whole(String text, long least, long most) {
        if (text.matches("-?[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a whole number from " + least + " to " + most);
    }

    /** One of the names; answers the value of the same index. */
    <E extends Enum<E>> @Nullable E choice(String key, Class<E> type) {
        return value(key, text -> Choices.of(type, text));
    }

    /** Each item of a list with its path; empty when absent. */
    List<Item> items(String key) {
        Tree value = get(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Tree.Sequence sequence)) {
            findings.add(value.at(), pathOf(key), "must be a list, but is " + value.kind());
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            items.add(new Item(sequence.items().get(i), pathOf(key) + "[" + i + "]"));
        }
        return items;
    }

    /** A list of parsed scalars; {@code null} when absent. */
    <T> @Nullable List<T> list(String key, Function<String, @Nullable T> parser) {
        if (get(key) == null) {
            return null;
        }
        List<T> values = new ArrayList<>();
        for (Item item : items(key)) {
            T value = parsed(item.tree(), item.path(), parser);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** Text to text; empty when absent. */
    Map<String, String> texts(String key, KeyCheck check) {
        Fields inner = mapping(key);
        Map<String, String> texts = new LinkedHashMap<>();
        if (inner != null) {
            for (Tree.Entry entry : inner.entries()) {
                String wrong = check.whatIsWrong(entry.key());
                if (wrong != null) {
                    inner.add(entry.at(), entry.key(), wrong);
                }
                String value = inner.textOf(entry.value(), inner.pathOf(entry.key()));
                if (value != null) {
                    texts.put(entry.key(), value);
                }
            }
        }
        return texts;
    }

    /** Refuses every key that was not asked for. */
    void done() {
        for (Tree.Entry entry : mapping.entries()) {
            if (!known.contains(entry.key())) {
                findings.add(entry.at(), pathOf(entry.key()), "unknown field: " + Suggestion.of(entry.key(), known));
            }
        }
    }

    /** One item of a list. */
    record Item(Tree tree, String path) {}

    /** What is wrong with a key, or {@code null}. */
    interface KeyCheck {
        @Nullable
        String whatIsWrong(String key);
    }
}
