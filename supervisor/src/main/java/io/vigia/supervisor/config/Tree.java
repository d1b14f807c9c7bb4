package io.vigia.supervisor.config;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A document before it means anything: what YAML and JSON have in common, each part with its place. */
sealed interface Tree {
    Position at();

    /** In words for an error message. */
    String kind();

    /**
     * Text, a number, a truth value or nothing.
     *
     * @param plain written without quotes, so that {@code true} is a truth value
     */
    record Scalar(Position at, String text, boolean plain) implements Tree {
        /** JSON's grammar: what looks like a number and is none of these ({@code 007}, {@code 1_000}) is text. */
        private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("null") || text.equals("~"));
        }

        boolean isNumber() {
            return plain && NUMBER.matcher(text).matches();
        }

        /** {@code null} when it is no truth value. */
        @Nullable
        Boolean bool() {
            if (!plain) {
                return null;
            }
            return switch (text) {
                case "true" -> Boolean.TRUE;
                case "false" -> Boolean.FALSE;
                default -> null;
            };
        }

        @Override
        public String kind() {
            return isNull() ? "nothing" : isNumber() ? "a number" : bool() != null ? "a truth value" : "text";
        }
    }

    /** A list. */
    record Sequence(Position at, List<Tree> items) implements Tree {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Keys are unique. */
    record Mapping(Position at, List<Entry> entries) implements Tree {
        public Mapping {
            entries = List.copyOf(entries);
        }

        @Nullable
        Tree get(String key) {
            for (Entry entry : entries) {
                if (entry.key().equals(key)) {
                    return entry.value();
                }
            }
            return null;
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** One key of a mapping. */
    record Entry(Position at, String key, Tree value) {}
}
