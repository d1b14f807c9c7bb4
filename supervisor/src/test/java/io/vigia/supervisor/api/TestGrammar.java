package io.vigia.supervisor.api;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Glob;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.PressureKind;
import io.vigia.kernel.model.Resource;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.Condition;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.RungAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Just enough words for the face's own tests. */
final class TestGrammar implements Grammar {
    @Override
    public GroupSpec group(String text) {
        return new GroupSpec(name(text), Map.of(), Map.of(), List.of(), "{}");
    }

    @Override
    public PolicySpec policy(String text) {
        return new PolicySpec(
                name(text),
                new PolicySpec.Target(Glob.ofPath("/web/*"), Map.of()),
                PolicySpec.Mode.DRY_RUN,
                new Condition.PressureAbove(Resource.CPU, PressureKind.SOME, 0.1, Duration.ofSeconds(2)),
                Duration.ZERO,
                List.of(new PolicySpec.Rung(new RungAction.Notify(null), Duration.ofSeconds(5))),
                null,
                Duration.ZERO,
                null,
                "{\"kind\":\"Policy\"}");
    }

    private static String name(String text) {
        int at = text.indexOf("name");
        if (at < 0) {
            throw Problem.of(Problem.Kind.INVALID, "1:1: metadata.name is missing")
                    .atField("/metadata/name");
        }
        return text.substring(at + 4).replaceFirst("^[\": ]+", "").replaceFirst("(?s)[^a-z].*$", "");
    }

    @Override
    public LimitValue limit(LimitFile file, String text) {
        if (text.equals("max")) {
            return new LimitValue.Max();
        }
        if (text.endsWith("%")) {
            return new LimitValue.CpuQuota(Long.parseLong(text.replace("%", "")) * 1_000, 100_000);
        }
        return new LimitValue.Amount(bytes(text));
    }

    @Override
    public Duration duration(String text) {
        if (!text.matches("\\d+[sm]")) {
            throw Problem.of(Problem.Kind.INVALID, "'" + text + "' is no duration");
        }
        return Duration.parse("PT" + text);
    }

    @Override
    public long bytes(String text) {
        if (!text.matches("\\d{1,18}(Mi)?")) {
            throw Problem.of(Problem.Kind.INVALID, "'" + text + "' is no quantity");
        }
        return text.endsWith("Mi") ? Long.parseLong(text.replace("Mi", "")) << 20 : Long.parseLong(text);
    }

    @Override
    public int signal(String text) {
        return switch (text) {
            case "TERM", "15" -> 15;
            case "KILL", "9" -> 9;
            default -> throw Problem.of(Problem.Kind.INVALID, "no signal '" + text + "'");
        };
    }

    static JsonObject manifest(String kind, String name) {
        return new JsonObject().put("kind", kind).put("metadata", new JsonObject().put("name", name));
    }
}
