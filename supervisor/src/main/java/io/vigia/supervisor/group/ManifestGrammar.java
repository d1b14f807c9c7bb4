package io.vigia.supervisor.group;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.api.Grammar;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The words of files, for the API. */
final class ManifestGrammar implements Grammar {
    private static final String BODY = "body";

    @Override
    public GroupSpec group(String text) {
        Manifests.Result result = parse(text);
        if (result.groups().size() != 1 || !result.policies().isEmpty()) {
            throw Problem.of(Problem.Kind.INVALID, "expected exactly one document of kind Group")
                    .atField("kind");
        }
        return result.groups().get(0);
    }

    @Override
    public PolicySpec policy(String text) {
        Manifests.Result result = parse(text);
        if (result.policies().size() != 1 || !result.groups().isEmpty()) {
            throw Problem.of(Problem.Kind.INVALID, "expected exactly one document of kind Policy")
                    .atField("kind");
        }
        return result.policies().get(0);
    }

    private static Manifests.Result parse(String text) {
        Manifests.Result result = Manifests.parse(BODY, text);
        if (!result.valid()) {
            Diagnostic first = result.diagnostics().get(0);
            String all = result.diagnostics().stream().map(Diagnostic::toString).collect(Collectors.joining("\n"));
            throw Problem.of(Problem.Kind.INVALID, all).atField(first.field());
        }
        return result;
    }

    @Override
    public LimitValue limit(LimitFile file, String text) {
        return said(() -> LimitText.parse(file, text));
    }

    @Override
    public Duration duration(String text) {
        return said(() -> Durations.parse(text));
    }

    @Override
    public long bytes(String text) {
        return said(() -> Quantities.bytes(text));
    }

    @Override
    public int signal(String text) {
        return said(() -> Signals.parse(text));
    }

    private static <T> T said(Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw Problem.of(Problem.Kind.INVALID, String.valueOf(e.getMessage()));
        }
    }
}
