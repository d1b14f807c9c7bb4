package io.vigia.supervisor.api.auth;

import io.vigia.supervisor.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The text of a tokens file. No message repeats what may be a token. */
final class TokenLines {
    private TokenLines() {}

    static List<Tokens.Entry> parse(String text, String file) {
        for (String line : text.split("\n", -1)) {
            String first = line.strip();
            if (!first.isEmpty() && !first.startsWith("#")) {
                return first.startsWith("-")
                                || first.startsWith("[")
                                || first.startsWith("{")
                                || first.startsWith("tokens:")
                        ? yaml(text, file)
                        : lines(text, file);
            }
        }
        return List.of();
    }

    private static List<Tokens.Entry> lines(String text, String file) {
        List<Tokens.Entry> entries = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String one = line.strip();
            if (one.isEmpty() || one.startsWith("#")) {
                continue;
            }
            String[] words = one.split("\\s+", -1);
            if (words.length != 3) {
                throw Problem.of(Problem.Kind.INVALID, file + ":" + number + ": a line is NAME ROLE TOKEN");
            }
            entries.add(Tokens.Entry.of(words[0], words[1], words[2], file + ":" + number));
        }
        return entries;
    }

    private static List<Tokens.Entry> yaml(String text, String file) {
        Object root;
        try {
            root = new Load(LoadSettings.builder().setLabel(file).build()).loadFromString(text);
        } catch (YamlEngineException e) {
            throw Problem.of(Problem.Kind.INVALID, file + " is not YAML (its text is not shown, it may hold tokens)");
        }
        Object list = root instanceof Map<?, ?> map ? map.get("tokens") : root;
        if (!(list instanceof List<?> items)) {
            throw Problem.of(Problem.Kind.INVALID, file + ": expected a list of {name, role, token}");
        }
        List<Tokens.Entry> entries = new ArrayList<>();
        for (Object item : items) {
            entries.add(entry(item, file + ": entry " + (entries.size() + 1)));
        }
        return entries;
    }

    private static Tokens.Entry entry(Object item, String where) {
        if (item instanceof Map<?, ?> map
                && map.get("name") instanceof String name
                && map.get("role") instanceof String role) {
            if (map.get("token") instanceof String token && !token.isEmpty() && map.size() == 3) {
                return Tokens.Entry.of(name, role, token, where);
            }
            if (map.get("sha256") instanceof String hash && map.size() == 3) {
                return Tokens.Entry.of(name, role, "sha256:" + hash, where);
            }
        }
        throw Problem.of(
                Problem.Kind.INVALID, where + " must be {name, role, token} or {name, role, sha256}, all strings");
    }
}
