package io.vigia.supervisor.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory of one {@code up} or {@code run}, gone with it. */
record PrivateState(Path directory) {
    /** @param verb that it is for */
    static PrivateState make(String verb) {
        try {
            return new PrivateState(Files.createTempDirectory("vigia-" + verb + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return directory.resolve("vigia.sock");
    }

    Path state() {
        return directory.resolve("state");
    }

    /** What a vigia in the background says. */
    Path log() {
        return directory.resolve("vigia.log");
    }

    /** Where a vigia in the background tells whoever started it that it is ready. */
    Path ready() {
        return directory.resolve("ready.sock");
    }

    /** Also when a part of it is gone already. */
    void remove() {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // A file that cannot be removed from a temporary directory is not worth failing for.
        }
    }
}
