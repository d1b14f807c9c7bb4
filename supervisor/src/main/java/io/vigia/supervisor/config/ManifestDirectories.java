package io.vigia.supervisor.config;

import io.vigia.supervisor.policy.PolicySpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What {@code groups.d} and {@code policies.d} ask for, and what changes when their files do. Either directory may hold
 * both kinds. A file with a mistake in it changes nothing: what it said before stays in force, and what a new file would
 * have said is left out as a whole, because half a file is nobody's intention.
 *
 * <p>Immutable; any thread.
 */
public final class ManifestDirectories {
    /** Before the first look. */
    public static final ManifestDirectories NONE = new ManifestDirectories(new TreeMap<>());

    /** Beside the config file. */
    public static final List<String> NAMES = List.of("groups.d", "policies.d");

    /** By file: the last version without a mistake. */
    private final SortedMap<String, Manifests.Result> inForce;

    private ManifestDirectories(SortedMap<String, Manifests.Result> inForce) {
        this.inForce = inForce;
    }

    /**
     * Both directories as they are now, by file. Blocking.
     *
     * @param configDirectory where they are; a directory that is missing is empty
     * @throws IOException if a directory cannot be listed: nothing is known then, so nothing must be changed
     */
    public static Map<String, Manifests.Result> read(Path configDirectory) throws IOException {
        Map<String, Manifests.Result> files = new TreeMap<>();
        for (String name : NAMES) {
            for (Path file : YamlFiles.list(configDirectory.resolve(name))) {
                Findings findings = new Findings(file.toString());
                byte[] raw = YamlFiles.read(file, findings);
                files.put(
                        file.toString(),
                        raw == null
                                ? new Manifests.Result(List.of(), List.of(), findings.list())
                                : Manifests.parse(file.toString(), raw));
            }
        }
        return files;
    }

    /**
     * {@code files}, but with what is in force of those that must not be looked at now, because somebody is writing them or
     * their directory is away. Pure.
     */
    public Map<String, Manifests.Result> keeping(Map<String, Manifests.Result> files, Predicate<String> untouchable) {
        Map<String, Manifests.Result> all = new TreeMap<>(files);
        all.keySet().removeIf(untouchable);
        inForce.forEach((file, result) -> {
            if (untouchable.test(file)) {
                all.put(file, result);
            }
        });
        return all;
    }

    /**
     * What is different from here to there. Pure.
     *
     * @param files all there are now, by file; one that is no longer among them is removed
     */
    public Change to(Map<String, Manifests.Result> files) {
        List<Diagnostic> diagnostics = new ArrayList<>();
        SortedMap<String, Manifests.Result> next = new TreeMap<>();
        new TreeMap<>(files).forEach((file, result) -> {
            Manifests.Result before = inForce.get(file);
            if (result.valid()) {
                next.put(file, result);
            } else {
                if (before != null) {
                    next.put(file, before);
                }
                diagnostics.addAll(result.diagnostics());
                diagnostics.add(new Diagnostic(file, Position.NONE, "", consequence(before)));
            }
        });
        ManifestSet old = ManifestSet.of(inForce, new ArrayList<>());
        ManifestSet now = ManifestSet.of(next, diagnostics);
        return new Change(
                new ManifestDirectories(next),
                Difference.between(old.groups(), now.groups()),
                Difference.between(old.policies(), now.policies()),
                diagnostics);
    }

    private static String consequence(Manifests.@Nullable Result before) {
        if (before == null) {
            return "not used until this is repaired";
        }
        int documents = before.groups().size() + before.policies().size();
        return "the version before stays in force (" + documents + (documents == 1 ? " document" : " documents")
                + ") until this is repaired";
    }

    /**
     * @param next where to go on from
     * @param diagnostics of all files as they are now, in the order of their names
     */
    public record Change(
            ManifestDirectories next,
            Difference<GroupSpec> groups,
            Difference<PolicySpec> policies,
            List<Diagnostic> diagnostics) {
        public Change {
            diagnostics = List.copyOf(diagnostics);
        }

        public boolean isEmpty() {
            return groups.isEmpty() && policies.isEmpty();
        }
    }
}
