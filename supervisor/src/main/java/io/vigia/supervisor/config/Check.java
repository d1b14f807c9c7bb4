package io.vigia.supervisor.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code vigia check} finds wrong with a file of any kind. Documents are told apart by their keys. */
public final class Check {
    private static final List<String> OF_A_CONFIGURATION = List.of("conf.d", "groups.d", "policies.d");

    private Check() {}

    /**
     * The files to check when this one is named: a directory stands for those that {@code serve} would read there, in it and in those that
     * belong to a configuration. Blocking.
     */
    public static List<Path> files(Path named) throws IOException {
        if (!Files.isDirectory(named)) {
            return List.of(named);
        }
        List<Path> all = new ArrayList<>(YamlFiles.list(named));
        for (String below : OF_A_CONFIGURATION) {
            all.addAll(YamlFiles.list(named.resolve(below)));
        }
        return all;
    }

    /** Empty: all is well. Blocking. */
    public static List<Diagnostic> check(Path file) {
        Findings findings = new Findings(file.toString());
        byte[] raw = YamlFiles.read(file, findings);
        return raw == null ? findings.list() : check(file.toString(), raw, file);
    }

    /**
     * The same for what is in memory. Blocking.
     *
     * @param file how messages call it
     * @param place where it lies: a file of tokens that it names may not be open to others, if it is there. It need not be, as a
     *     configuration may be checked elsewhere than it will be used; {@code null}: not looked for
     */
    public static List<Diagnostic> check(String file, byte[] raw, @Nullable Path place) {
        Findings findings = new Findings(file);
        List<Tree> manifests = new ArrayList<>();
        for (Tree document : Documents.read(raw, findings)) {
            if (DocumentKind.of(document) == DocumentKind.MANIFEST) {
                manifests.add(document);
            } else {
                config(document, place, findings);
            }
        }
        Findings ofManifests = new Findings(file);
        findings.addAll(Manifests.read(manifests, ofManifests).diagnostics());
        return findings.list();
    }

    private static void config(Tree document, @Nullable Path place, Findings findings) {
        boolean empty =
                document instanceof Tree.Mapping mapping && mapping.entries().isEmpty();
        if (empty) {
            findings.add(
                    document.at(),
                    "",
                    "is empty: neither a manifest (apiVersion, kind) nor a configuration (listen, …)");
            return;
        }
        Path base = place == null ? Path.of("/") : ConfigFiles.directoryOf(place);
        Path tokens = ConfigFiles.document(document, base, findings).tokens();
        if (place != null && tokens != null && Files.exists(tokens)) {
            String wrong =
                    ConfigSafety.openTokens(tokens, Surroundings.ofThisProcess().isInPod());
            if (wrong != null) {
                findings.add(valueAt(document, "tokens"), "tokens", wrong);
            }
        }
    }

    private static Position valueAt(Tree document, String key) {
        if (document instanceof Tree.Mapping mapping) {
            for (Tree.Entry entry : mapping.entries()) {
                if (entry.key().equals(key)) {
                    return entry.value().at();
                }
            }
        }
        return document.at();
    }
}
