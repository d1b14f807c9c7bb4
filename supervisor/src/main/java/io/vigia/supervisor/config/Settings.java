package io.vigia.supervisor.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Variables and flags, read as if they were a file, and told about under their own names. */
final class Settings {
    private static final String ENVIRONMENT = "environment";
    private static final String FLAGS = "command line";
    /** Variables of the launcher, of the client and of what runs in containers. */
    private static final Set<String> OTHERS = Set.of(
            "CONFIG",
            "SERVER",
            "TOKEN",
            "DEBUG",
            "LAUNCHER",
            "JAVA_HOME",
            "JAVA_OPTS",
            "GROUP",
            "CONTAINER",
            "NOFILE",
            PodGroups.UID);
    /** What Kubernetes sets in every pod beside a Service whose name begins with vigia. */
    private static final Pattern SERVICE_LINK = Pattern.compile("(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_.+)?)");

    private static final int SLIP = 2;

    private Settings() {}

    /**
     * A variable that is no key is an error only where it looks like a slip of the pen: the prefix is not ours alone.
     */
    static ConfigLayer ofEnvironment(Surroundings around, Findings findings) {
        Map<ConfigKey, String> given = new LinkedHashMap<>();
        List<String> known = new ArrayList<>();
        for (ConfigKey key : ConfigKey.values()) {
            for (String variable : key.variables()) {
                known.add(variable.substring(ConfigKey.PREFIX.length()));
                String value = around.environment().getOrDefault(variable, "");
                if (!value.isEmpty()) {
                    given.putIfAbsent(key, key.isList() ? pods(value, variable, around, findings) : value);
                }
            }
        }
        around.environment().keySet().stream()
                .filter(variable -> variable.startsWith(ConfigKey.PREFIX))
                .sorted()
                .forEach(variable -> refuseSlip(variable, known, findings));
        return read(given, ENVIRONMENT, key -> key.variables().getFirst(), around.workingDirectory(), findings);
    }

    private static String pods(String list, String variable, Surroundings around, Findings findings) {
        try {
            return PodGroups.expand(list, around.environment().getOrDefault(ConfigKey.PREFIX + PodGroups.UID, ""));
        } catch (IllegalArgumentException e) {
            findings.addAll(
                    List.of(new Diagnostic(ENVIRONMENT, Position.NONE, variable, String.valueOf(e.getMessage()))));
            return list;
        }
    }

    private static void refuseSlip(String variable, List<String> known, Findings findings) {
        String name = variable.substring(ConfigKey.PREFIX.length());
        if (known.contains(name)
                || OTHERS.contains(name)
                || SERVICE_LINK.matcher(name).matches()) {
            return;
        }
        for (String word : known) {
            if (Suggestion.distance(name, word) <= SLIP) {
                findings.addAll(List.of(new Diagnostic(
                        ENVIRONMENT,
                        Position.NONE,
                        variable,
                        "unknown variable: did you mean '" + ConfigKey.PREFIX + word + "'?")));
                return;
            }
        }
    }

    static ConfigLayer ofFlags(Overrides flags, Surroundings around, Findings findings) {
        Map<ConfigKey, String> given = new LinkedHashMap<>();
        put(given, ConfigKey.LISTEN, flags.listen());
        put(given, ConfigKey.SOCKET_PATH, flags.socket());
        put(given, ConfigKey.STATE_DIR, flags.stateDir());
        put(given, ConfigKey.PARENT, flags.parent());
        return read(given, FLAGS, ConfigKey::flag, around.workingDirectory(), findings);
    }

    private static void put(Map<ConfigKey, String> given, ConfigKey key, @Nullable String value) {
        if (value != null) {
            given.put(key, value);
        }
    }

    private static ConfigLayer read(
            Map<ConfigKey, String> given,
            String source,
            Function<ConfigKey, String> nameOf,
            Path base,
            Findings findings) {
        Findings own = new Findings(source);
        Fields fields = Fields.of(tree(given), "", own);
        ConfigLayer layer = fields == null ? ConfigLayer.EMPTY : ConfigReader.read(fields, base);
        for (Diagnostic one : own.list()) {
            String name = given.keySet().stream()
                    .filter(key -> one.field().startsWith(key.path()))
                    .map(nameOf)
                    .findFirst()
                    .orElse(one.field());
            findings.addAll(List.of(new Diagnostic(source, Position.NONE, name, one.message())));
        }
        return layer;
    }

    private static Tree tree(Map<ConfigKey, String> given) {
        Map<String, List<Tree.Entry>> sections = new LinkedHashMap<>();
        List<Tree.Entry> top = new ArrayList<>();
        given.forEach((key, value) -> {
            int dot = key.path().indexOf('.');
            Tree.Entry entry = new Tree.Entry(Position.NONE, key.path().substring(dot + 1), value(key, value));
            if (dot < 0) {
                top.add(entry);
            } else {
                sections.computeIfAbsent(key.path().substring(0, dot), unused -> new ArrayList<>())
                        .add(entry);
            }
        });
        sections.forEach((name, entries) ->
                top.add(new Tree.Entry(Position.NONE, name, new Tree.Mapping(Position.NONE, entries))));
        return new Tree.Mapping(Position.NONE, top);
    }

    private static Tree value(ConfigKey key, String text) {
        if (!key.isList()) {
            return new Tree.Scalar(Position.NONE, text, false);
        }
        return new Tree.Sequence(
                Position.NONE,
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .<Tree>map(item -> new Tree.Scalar(Position.NONE, item, false))
                        .toList());
    }
}
