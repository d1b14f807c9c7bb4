package io.vigia.supervisor.api;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.api.Control.KillRequest;
import io.vigia.supervisor.model.Problem;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fields of bodies and parameters, each refusal naming its field. */
final class Fields {
    static final Set<String> KILL = Set.of("signal", "grace", "scope", "pid");

    private static final int SIGTERM = 15;

    private final Grammar grammar;

    Fields(Grammar grammar) {
        this.grammar = grammar;
    }

    KillRequest kill(JsonObject body) {
        Object signal = body.getValue("signal");
        Object grace = body.getValue("grace");
        Object pid = body.getValue("pid");
        Object scope = body.getValue("scope");
        if (scope != null && !scope.equals("group") && !scope.equals("process")) {
            throw Problem.of(Problem.Kind.INVALID, "scope is group or process").atField("/scope");
        }
        if ("process".equals(scope) != (pid != null) && !(scope == null && pid != null)) {
            throw Problem.of(Problem.Kind.INVALID, "scope process and a pid go together")
                    .atField("/pid");
        }
        if (pid != null && !(pid instanceof Integer number && number > 0)) {
            throw Problem.of(Problem.Kind.INVALID, "pid must be a positive integer")
                    .atField("/pid");
        }
        return new KillRequest(
                signal == null ? SIGTERM : signal("/signal", signal),
                grace == null ? null : duration("/grace", grace),
                (Integer) pid);
    }

    private int signal(String field, Object value) {
        return at(field, () -> grammar.signal(scalar(field, value)));
    }

    Duration duration(String field, Object value) {
        return at(field, () -> grammar.duration(scalar(field, value)));
    }

    long bytes(JsonObject body, String name) {
        Object value = body.getValue(name);
        if (value == null) {
            throw Problem.of(Problem.Kind.INVALID, "'" + name + "' is missing").atField("/" + name);
        }
        long bytes = at("/" + name, () -> grammar.bytes(scalar("/" + name, value)));
        if (bytes <= 0) {
            throw Problem.of(Problem.Kind.INVALID, "'" + name + "' must be above 0")
                    .atField("/" + name);
        }
        return bytes;
    }

    /** A merge patch (RFC 7396) of limits. {@code null} asks for the kernel's default. */
    Map<LimitFile, Optional<LimitValue>> limits(JsonObject patch) {
        Map<LimitFile, Optional<LimitValue>> values = new EnumMap<>(LimitFile.class);
        for (String name : patch.fieldNames()) {
            String field = "/" + name;
            LimitFile file = LimitFile.ofFileName(name)
                    .orElseThrow(() -> Problem.of(
                                    Problem.Kind.INVALID,
                                    "unknown limit '" + name + "'; known: "
                                            + Stream.of(LimitFile.values())
                                                    .map(LimitFile::fileName)
                                                    .collect(Collectors.joining(", ")))
                            .atField(field));
            Object value = patch.getValue(name);
            values.put(
                    file,
                    value == null
                            ? Optional.empty()
                            : Optional.of(at(field, () -> grammar.limit(file, scalar(field, value)))));
        }
        return values;
    }

    private static String scalar(String field, @Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case Double number ->
                number % 1 == 0 && Math.abs(number) < 1e15 ? Long.toString(number.longValue()) : number.toString();
            case null, default ->
                throw Problem.of(Problem.Kind.INVALID, "a string or a number was expected")
                        .atField(field);
        };
    }

    private static <T> T at(String field, java.util.function.Supplier<T> read) {
        try {
            return read.get();
        } catch (Problem problem) {
            throw problem.field() == null ? problem.atField(field) : problem;
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            throw Problem.of(Problem.Kind.INVALID, message == null ? "not a valid value" : message)
                    .atField(field);
        }
    }
}
