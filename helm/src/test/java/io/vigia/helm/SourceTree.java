package io.vigia.helm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Places of this repository. */
final class SourceTree {
    /** Maven runs tests in their module's folder, an editor perhaps at the top. */
    static final Path TOP = Path.of("").toAbsolutePath().endsWith("helm")
            ? Objects.requireNonNull(Path.of("").toAbsolutePath().getParent())
            : Path.of("").toAbsolutePath();

    static final Path CHART = TOP.resolve("helm/vigia");
    static final Path TARGET = TOP.resolve("helm/target");

    private SourceTree() {}

    static Path existing(String path) {
        Path found = TOP.resolve(path);
        if (!Files.exists(found)) {
            throw new IllegalStateException(found + " is missing");
        }
        return found;
    }
}
