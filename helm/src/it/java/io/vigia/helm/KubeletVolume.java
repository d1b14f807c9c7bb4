package io.vigia.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a ConfigMap or a Secret as kubelet's atomic writer leaves them: links to what is below {@code ..data}, itself a link to a
 * hidden directory of one version, so that all of them change at once.
 */
final class KubeletVolume {
    private final Path directory;
    private int version;

    KubeletVolume(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /**
     * Puts these in the place of those before, in kubelet's order.
     *
     * @param mode of each file, such as 0644
     */
    void write(Map<String, String> files, int mode) throws IOException {
        version++;
        Path now = Files.createDirectory(directory.resolve("..2026_07_26_09_32_50.10000000" + version));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path written = Files.writeString(now.resolve(file.getKey()), file.getValue());
            Files.setAttribute(written, "unix:mode", mode);
        }
        Path data = directory.resolve("..data");
        Path before = Files.exists(data, LinkOption.NOFOLLOW_LINKS) ? data.toRealPath() : null;
        Path made = Files.createSymbolicLink(directory.resolve("..data_tmp"), now.getFileName());
        Files.move(made, data, StandardCopyOption.ATOMIC_MOVE);
        for (String name : files.keySet()) {
            if (!Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
            }
        }
        for (Path one : list(directory)) {
            String name = one.getFileName().toString();
            if (!name.startsWith("..") && !files.containsKey(name)) {
                Files.delete(one);
            }
        }
        remove(before);
    }

    private static void remove(@Nullable Path version) throws IOException {
        if (version != null) {
            for (Path file : list(version)) {
                Files.delete(file);
            }
            Files.delete(version);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
