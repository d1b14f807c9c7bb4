package io.vigia.supervisor.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** {@code vigia.yaml} and {@code conf.d} beside it, each file one layer. Blocking. */
final class ConfigFiles {
    static final String MAIN = "vigia.yaml";
    private static final String MORE = "conf.d";

    private ConfigFiles() {}

    /**
     * From the lowest to the highest layer.
     *
     * @param given must exist; {@code main} need not
     */
    static List<Layer> read(Path main, boolean given, List<Diagnostic> diagnostics) {
        List<Layer> layers = new ArrayList<>();
        if (given || Files.exists(main)) {
            layers.add(layer(main, diagnostics));
        }
        Path more = directoryOf(main).resolve(MORE);
        try {
            for (Path file : YamlFiles.list(more)) {
                layers.add(layer(file, diagnostics));
            }
        } catch (IOException e) {
            diagnostics.add(new Diagnostic(
                    more.toString(),
                    Position.NONE,
                    "",
                    "cannot be listed (" + e + "): make it readable, or remove it"));
        }
        return layers;
    }

    static Path directoryOf(Path main) {
        return Objects.requireNonNull(main.toAbsolutePath().normalize().getParent(), "a file lies in a directory");
    }

    private static Layer layer(Path file, List<Diagnostic> diagnostics) {
        Findings findings = new Findings(file.toString());
        byte[] raw = YamlFiles.read(file, findings);
        List<Tree> documents = raw == null ? List.of() : Documents.read(raw, findings);
        ConfigLayer values = ConfigLayer.EMPTY;
        if (documents.size() > 1) {
            findings.add(documents.get(1).at(), "", "is a second document: a config file has one");
        }
        if (!documents.isEmpty()) {
            values = document(documents.getFirst(), directoryOf(file), findings);
        }
        diagnostics.addAll(findings.list());
        return new Layer(file.toString(), values);
    }

    static ConfigLayer document(Tree document, Path base, Findings findings) {
        if (DocumentKind.of(document) == DocumentKind.MANIFEST) {
            findings.add(
                    document.at(),
                    "kind",
                    "this is a manifest: put the file into groups.d or policies.d beside vigia.yaml");
            return ConfigLayer.EMPTY;
        }
        Fields fields = Fields.of(document, "", findings);
        return fields == null ? ConfigLayer.EMPTY : ConfigReader.read(fields, base);
    }

    /** @param name how messages call it */
    record Layer(String name, ConfigLayer values) {}
}
