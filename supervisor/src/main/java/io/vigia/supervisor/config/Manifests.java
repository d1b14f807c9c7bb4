package io.vigia.supervisor.config;

import io.vigia.supervisor.policy.PolicySpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Groups and policies from YAML or JSON, several documents in one file. Pure; any thread. */
public final class Manifests {
    public static final String API_VERSION = "vigia.io/v1";
    public static final String KIND_GROUP = "Group";
    public static final String KIND_POLICY = "Policy";

    private static final List<String> KINDS = List.of(KIND_GROUP, KIND_POLICY);

    private Manifests() {}

    /**
     * What a file holds. Never throws for what stands in it: that becomes diagnostics.
     *
     * @param file how messages call it
     * @param raw UTF-8, at most 1 MiB
     */
    public static Result parse(String file, byte[] raw) {
        Findings findings = new Findings(file);
        return read(Documents.read(raw, findings), findings);
    }

    /** The same for text that is in memory already, for example a request's body. */
    public static Result parse(String file, String text) {
        return parse(file, text.getBytes(StandardCharsets.UTF_8));
    }

    static Result read(List<Tree> documents, Findings findings) {
        List<GroupSpec> groups = new ArrayList<>();
        List<PolicySpec> policies = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        for (Tree document : documents) {
            int before = findings.count();
            Fields fields = Fields.of(document, "", findings);
            String kind = fields == null ? null : kind(fields);
            if (fields == null || kind == null) {
                continue;
            }
            if (kind.equals(KIND_GROUP)) {
                GroupSpec group = GroupReader.read(fields, TreeJson.write(document));
                if (group != null && findings.count() == before && isNew(kind, group.name(), fields, seen)) {
                    groups.add(group);
                }
            } else {
                PolicySpec policy = PolicyReader.read(fields, TreeJson.write(document));
                if (policy != null && findings.count() == before && isNew(kind, policy.name(), fields, seen)) {
                    policies.add(policy);
                }
            }
        }
        return new Result(groups, policies, findings.list());
    }

    private static @Nullable String kind(Fields fields) {
        fields.require("apiVersion", "apiVersion: " + API_VERSION);
        fields.value("apiVersion", Manifests::apiVersion);
        fields.require("kind", "kind: Group");
        return fields.value("kind", Manifests::knownKind);
    }

    private static String apiVersion(String text) {
        if (!text.equals(API_VERSION)) {
            throw new IllegalArgumentException("'" + text + "' is not known to this vigia: write " + API_VERSION);
        }
        return text;
    }

    private static String knownKind(String text) {
        if (!KINDS.contains(text)) {
            throw new IllegalArgumentException("'" + text + "' is not a kind: " + Suggestion.of(text, KINDS));
        }
        return text;
    }

    private static boolean isNew(String kind, String name, Fields fields, Map<String, Position> seen) {
        Position before = seen.putIfAbsent(kind + " " + name, fields.at());
        if (before == null) {
            return true;
        }
        fields.add(
                fields.at(),
                "metadata.name",
                "a second " + kind + " is named '" + name + "', first on line " + before.line()
                        + ": rename one of them");
        return false;
    }

    /**
     * What was read. Documents with something wrong are in none of the lists.
     *
     * @param diagnostics in the order of the file; empty: all is well
     */
    public record Result(List<GroupSpec> groups, List<PolicySpec> policies, List<Diagnostic> diagnostics) {
        public Result {
            groups = List.copyOf(groups);
            policies = List.copyOf(policies);
            diagnostics = List.copyOf(diagnostics);
        }

        public boolean valid() {
            return diagnostics.isEmpty();
        }
    }
}
