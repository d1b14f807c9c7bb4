package io.vigia.supervisor.config;

import io.vigia.kernel.model.Credentials;
import io.vigia.kernel.model.IoPriority;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.ResourceLimit;
import io.vigia.supervisor.config.ContainerSpec.Dependency;
import io.vigia.supervisor.config.ContainerSpec.Restart;
import io.vigia.supervisor.config.ContainerSpec.RestartPolicy;
import io.vigia.supervisor.config.ContainerSpec.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One of {@code spec.containers}. */
final class ContainerReader {
    private static final Pattern GIVE_UP = Pattern.compile("([0-9]{1,6}) +in +(\\S+)");
    private static final Duration MIN_BACKOFF = Duration.ofMillis(1);

    private ContainerReader() {}

    /** {@code null} when there are findings. */
    static @Nullable ContainerSpec read(Fields fields) {
        int before = fields.findings().count();
        String name = SpecReader.name(fields, "name: web", Names::whatIsWrongForCgroup);
        List<String> command = command(fields);
        Map<String, String> env = fields.texts("env", ContainerReader::whatIsWrongForVariable);
        String workdir = fields.value("workdir", ContainerReader::absolute);
        Long nice = fields.integer("nice", -20, 19);
        IoPriority ioPriority = fields.value("ionice", ProcessFields::ioPriority);
        List<ResourceLimit> rlimits = ProcessFields.rlimits(fields.mapping("rlimits"));
        Credentials user = ProcessFields.user(fields.mapping("user"));
        Map<LimitFile, LimitValue> limits = SpecReader.limits(fields);
        Restart restart = restart(fields.mapping("restart"));
        Stop stop = stop(fields.mapping("stop"));
        List<Dependency> dependsOn = dependsOn(fields);
        LaterFields.ofContainer(fields);
        fields.done();
        if (name == null || fields.findings().count() > before) {
            return null;
        }
        return new ContainerSpec(
                name,
                command,
                env,
                workdir,
                nice == null ? null : nice.intValue(),
                ioPriority,
                rlimits,
                user,
                limits,
                restart,
                stop,
                dependsOn,
                false);
    }

    private static List<String> command(Fields fields) {
        Tree tree = fields.require("command", "command: [sleep, infinity]");
        if (tree == null) {
            return List.of();
        }
        List<String> command = fields.list("command", text -> text);
        if (tree instanceof Tree.Sequence sequence) {
            if (sequence.items().isEmpty()) {
                fields.add(tree.at(), "command", "is empty: it needs at least a program");
            } else if (command != null
                    && !command.isEmpty()
                    && command.getFirst().isEmpty()) {
                fields.add(tree.at(), "command", "its program is empty: name one");
            }
        }
        return command == null ? List.of() : command;
    }

    private static @Nullable String whatIsWrongForVariable(String key) {
        return key.isEmpty() || key.indexOf('=') >= 0 || key.indexOf('\0') >= 0
                ? "'" + key + "' is not a variable's name: it must not be empty or contain '='"
                : null;
    }

    static String absolute(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is not absolute: start it with a slash");
        }
        return path;
    }

    private static Restart restart(@Nullable Fields fields) {
        Restart none = Restart.DEFAULT;
        if (fields == null) {
            return none;
        }
        RestartPolicy policy = fields.choice("policy", RestartPolicy.class);
        Span backoff = fields.value("backoff", Span::parse, new Span(none.backoffMin(), none.backoffMax()));
        GiveUp giveUp = fields.value("give_up", GiveUp::parse, new GiveUp(0, Duration.ZERO));
        fields.done();
        return new Restart(
                policy == null ? none.policy() : policy, backoff.min, backoff.max, giveUp.count, giveUp.within);
    }

    private static Stop stop(@Nullable Fields fields) {
        if (fields == null) {
            return Stop.DEFAULT;
        }
        Integer signal = fields.value("signal", Signals::parse, Stop.DEFAULT.signal());
        Duration grace = fields.value("grace", Durations::parse, Stop.DEFAULT.grace());
        fields.done();
        return new Stop(signal, grace);
    }

    private static List<Dependency> dependsOn(Fields fields) {
        List<Dependency> dependencies = new ArrayList<>();
        for (Fields.Item item : fields.items("depends_on")) {
            Fields one = Fields.of(item.tree(), item.path(), fields.findings());
            if (one != null) {
                one.require("container", "container: db");
                String container = one.text("container");
                Dependency.Condition condition = one.choice("condition", Dependency.Condition.class);
                one.done();
                if (container != null) {
                    dependencies.add(
                            new Dependency(container, condition == null ? Dependency.Condition.STARTED : condition));
                }
            }
        }
        return dependencies;
    }

    /** {@code 200ms..30s}. */
    private record Span(Duration min, Duration max) {
        static Span parse(String text) {
            int dots = text.indexOf("..");
            Duration min = Durations.parse(dots < 0 ? text : text.substring(0, dots));
            Duration max = dots < 0 ? min : Durations.parse(text.substring(dots + 2));
            if (min.compareTo(MIN_BACKOFF) < 0 || max.compareTo(min) < 0) {
                throw new IllegalArgumentException("'" + text
                        + "' is not a back-off: write the first and the longest wait, at least 1ms, like 200ms..30s");
            }
            return new Span(min, max);
        }
    }

    /** {@code 5 in 1m}. */
    private record GiveUp(int count, Duration within) {
        static GiveUp parse(String text) {
            Matcher matcher = GIVE_UP.matcher(text);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
                throw new IllegalArgumentException(
                        "'" + text + "' does not say when to give up: write a count and a span, like 5 in 1m");
            }
            Duration within = Durations.parse(matcher.group(2));
            if (within.isZero()) {
                throw new IllegalArgumentException("the span of '" + text + "' must be longer than 0");
            }
            return new GiveUp(Integer.parseInt(matcher.group(1)), within);
        }
    }
}
