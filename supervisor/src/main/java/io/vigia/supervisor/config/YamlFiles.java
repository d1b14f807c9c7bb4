package io.vigia.supervisor.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Files and directories of YAML, with reasons where they cannot be read. Blocking. */
final class YamlFiles {
    private YamlFiles() {}

    /** Of a directory, by name: {@code .yaml}, {@code .yml} and {@code .json}; empty when it is not there. */
    static List<Path> list(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, YamlFiles::isOne)) {
            entries.forEach(files::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        return files;
    }

    /** Not hidden ones: editors and ConfigMap volumes keep their own there. */
    private static boolean isOne(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
                && Files.isRegularFile(file);
    }

    /** {@code null} with a finding when it cannot be read. At most as much as is needed to refuse it for its size. */
    static byte @Nullable [] read(Path file, Findings findings) {
        if (Files.isDirectory(file)) {
            findings.add(Position.NONE, "", "is a directory: name a file");
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(Documents.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            findings.add(Position.NONE, "", "there is no such file: make it, or name another one");
        } catch (AccessDeniedException e) {
            findings.add(Position.NONE, "", "may not be read by this user: change its owner or mode");
        } catch (IOException e) {
            findings.add(Position.NONE, "", "cannot be read: " + e.getMessage());
        }
        return null;
    }
}
