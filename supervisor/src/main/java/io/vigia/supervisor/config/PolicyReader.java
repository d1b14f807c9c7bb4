package io.vigia.supervisor.config;

import io.vigia.kernel.model.Glob;
import io.vigia.supervisor.policy.Condition;
import io.vigia.supervisor.policy.PolicySpec;
import io.vigia.supervisor.policy.PolicySpec.Budget;
import io.vigia.supervisor.policy.PolicySpec.Mode;
import io.vigia.supervisor.policy.PolicySpec.Relief;
import io.vigia.supervisor.policy.PolicySpec.Rung;
import io.vigia.supervisor.policy.PolicySpec.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code kind: Policy}. */
final class PolicyReader {
    static final Duration DEFAULT_COOLDOWN = Duration.ofSeconds(15);
    private static final Duration DEFAULT_RELIEF_FOR = Duration.ofSeconds(10);
    private static final int MAX_RUNGS = 32;

    private PolicyReader() {}

    /** {@code null} when there are findings. */
    static @Nullable PolicySpec read(Fields document, String text) {
        int before = document.findings().count();
        String name = null;
        if (document.require("metadata", "metadata: {name: protect-web}") != null) {
            Fields metadata = document.mapping("metadata");
            if (metadata != null) {
                name = SpecReader.name(metadata, "name: protect-web", Names::whatIsWrong);
                metadata.done();
            }
        }
        Tree spec = document.require("spec", "spec: {target: …, when: …, ladder: […]}");
        Fields fields = spec == null ? null : document.mapping("spec");
        PolicySpec policy = fields == null ? null : spec(fields, name == null ? "" : name, text);
        document.done();
        return document.findings().count() > before ? null : policy;
    }

    private static @Nullable PolicySpec spec(Fields fields, String name, String text) {
        Target target = null;
        if (fields.require("target", "target: {path: \"/web.slice/*\"}") != null) {
            Fields inner = fields.mapping("target");
            target = inner == null ? null : target(inner);
        }
        Mode mode = fields.choice("mode", Mode.class);
        Tree when = fields.require("when", "when: {memory: {above: 80%}}");
        Condition condition =
                when == null ? null : ConditionReader.read(when, fields.pathOf("when"), fields.findings(), 1);
        Duration forAtLeast = fields.value("for", Durations::parse, Duration.ZERO);
        List<Rung> ladder = ladder(fields);
        Relief relief = relief(fields.mapping("relief"));
        Duration cooldown = fields.value("cooldown", Durations::parse, DEFAULT_COOLDOWN);
        Budget budget = budget(fields.mapping("budget"));
        fields.done();
        if (target == null || condition == null || ladder.isEmpty()) {
            return null;
        }
        return new PolicySpec(
                name,
                target,
                mode == null ? Mode.ENFORCE : mode,
                condition,
                forAtLeast,
                ladder,
                relief,
                cooldown,
                budget,
                text);
    }

    private static List<Rung> ladder(Fields fields) {
        List<Rung> ladder = new ArrayList<>();
        if (fields.require("ladder", "ladder: [{notify: log}]") != null) {
            List<Fields.Item> items = fields.items("ladder");
            for (Fields.Item item : items) {
                Rung rung = RungReader.read(item.tree(), item.path(), fields.findings());
                if (rung != null) {
                    ladder.add(rung);
                }
            }
            if (fields.get("ladder") instanceof Tree.Sequence && (items.isEmpty() || items.size() > MAX_RUNGS)) {
                fields.add(fields.at(), "ladder", "must have 1 to " + MAX_RUNGS + " rungs, but has " + items.size());
            }
        }
        return ladder;
    }

    /** {@code target} and {@code victims}: at least one of path and labels. */
    static Target target(Fields fields) {
        Glob path = fields.value("path", PolicyReader::glob);
        boolean labelled = fields.has("labels");
        Map<String, String> labels = fields.texts("labels", Names::whatIsWrongForLabel);
        if (!fields.has("path") && (!labelled || labels.isEmpty())) {
            fields.add("chooses nothing: write path: \"/web.slice/*\" or labels: {team: web}");
        }
        fields.done();
        return new Target(path, labels);
    }

    static Glob glob(String text) {
        if (text.isBlank() || !(text.startsWith("/") || text.startsWith("**"))) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a glob of cgroup paths: start it with a slash, for example /web.slice/*");
        }
        return Glob.ofPath(text);
    }

    private static @Nullable Relief relief(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        fields.require("below", "below: 5%");
        double below = fields.value("below", ConditionReader::shareOfWhole, 1.0);
        Duration forAtLeast = fields.value("for", Durations::parse, DEFAULT_RELIEF_FOR);
        fields.done();
        return new Relief(below, forAtLeast);
    }

    private static @Nullable Budget budget(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        fields.require("kills", "kills: 3");
        fields.require("per", "per: 10m");
        Long kills = fields.integer("kills", 0, 1_000_000);
        Duration per = fields.value("per", ConditionReader::positive, Duration.ofMinutes(10));
        fields.done();
        return new Budget(kills == null ? 0 : kills.intValue(), per);
    }
}
