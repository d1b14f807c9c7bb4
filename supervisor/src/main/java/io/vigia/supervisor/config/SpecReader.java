package io.vigia.supervisor.config;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What groups and policies have in common: metadata and limits. */
final class SpecReader {
    private static final List<String> LIMIT_NAMES =
            Arrays.stream(LimitFile.values()).map(LimitFile::fileName).toList();

    private SpecReader() {}

    /** {@code metadata.name}; {@code null} with a finding. */
    static @Nullable String name(Fields of, String example, Fields.KeyCheck check) {
        Tree value = of.require("name", example);
        if (value == null) {
            return null;
        }
        return of.value("name", text -> checked(text, check));
    }

    private static String checked(String text, Fields.KeyCheck check) {
        String wrong = check.whatIsWrong(text);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
        return text;
    }

    /** {@code limits:} of a group or container; empty when absent. */
    static Map<LimitFile, LimitValue> limits(Fields of) {
        Fields fields = of.mapping("limits");
        Map<LimitFile, LimitValue> limits = new EnumMap<>(LimitFile.class);
        if (fields != null) {
            for (Tree.Entry entry : fields.entries()) {
                limit(fields, entry, limits);
            }
        }
        return limits;
    }

    /** One {@code memory.max: 512Mi}. */
    static void limit(Fields fields, Tree.Entry entry, Map<LimitFile, LimitValue> into) {
        Optional<LimitFile> file = LimitFile.ofFileName(entry.key());
        if (file.isEmpty()) {
            fields.add(entry.at(), entry.key(), "unknown limit: " + Suggestion.of(entry.key(), LIMIT_NAMES));
            return;
        }
        if (fields.get(entry.key()) == null) {
            fields.add(
                    entry.value().at(),
                    entry.key(),
                    "has no value: write one, or max for no limit, or remove the line");
            return;
        }
        LimitValue value = fields.value(entry.key(), text -> LimitText.parse(file.get(), text));
        if (value != null) {
            into.put(file.get(), value);
        }
    }
}
