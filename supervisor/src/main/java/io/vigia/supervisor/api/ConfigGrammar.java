package io.vigia.supervisor.api;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.config.Diagnostic;
import io.vigia.supervisor.config.Durations;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.config.LimitText;
import io.vigia.supervisor.config.Manifests;
import io.vigia.supervisor.config.Quantities;
import io.vigia.supervisor.config.Signals;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.policy.PolicySpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The grammar of files, for bodies: what a file may say, a request may say. */
public final class ConfigGrammar implements Grammar {
    private static final String BODY = "body";

    @Override
    public GroupSpec group(String text) {
        return only(Manifests.parse(BODY, text), Manifests.Result::groups, "Group");
    }

    @Override
    public PolicySpec policy(String text) {
        return only(Manifests.parse(BODY, text), Manifests.Result::policies, "Policy");
    }

    private static <T> T only(Manifests.Result result, Function<Manifests.Result, List<T>> ofKind, String kind) {
        if (!result.valid()) {
            String all = result.diagnostics().stream().map(Diagnostic::toString).collect(Collectors.joining("; "));
            Problem problem = Problem.of(Problem.Kind.INVALID, all);
            String field = result.diagnostics().get(0).field();
            throw field.isEmpty() ? problem : problem.atField(field);
        }
        List<T> found = ofKind.apply(result);
        if (found.size() != 1 || result.groups().size() + result.policies().size() != 1) {
            throw Problem.of(Problem.Kind.INVALID, "the body must hold exactly one document of kind " + kind)
                    .atField("kind");
        }
        return found.get(0);
    }

    @Override
    public LimitValue limit(LimitFile file, String text) {
        return read(() -> LimitText.parse(file, text));
    }

    @Override
    public Duration duration(String text) {
        return read(() -> Durations.parse(text));
    }

    @Override
    public long bytes(String text) {
        return read(() -> Quantities.bytes(text));
    }

    @Override
    public int signal(String text) {
        return read(() -> Signals.parse(text));
    }

    private static <T> T read(java.util.function.Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            throw Problem.of(Problem.Kind.INVALID, message == null ? "not a valid value" : message);
        }
    }
}
