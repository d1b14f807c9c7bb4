package io.vigia.supervisor.engine;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.model.LogChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A container's output: {@code current}, to which its processes append, and the segments cut off from it. */
final class ContainerLog {
    private final Path directory;
    private volatile boolean prepared;

    ContainerLog(EngineParts parts, String group, String container) {
        this.directory = directory(parts.stateDir(), group).resolve(container);
    }

    static Path directory(Path stateDir, String group) {
        return stateDir.resolve("logs").resolve(group);
    }

    Path directory() {
        return directory;
    }

    /** As the spawner wants it: escaped, absolute. */
    String currentFile() {
        return CgroupPath.escape(
                directory.resolve("current").toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Blocking: makes the folder; refuses a link in its place. */
    void prepare() throws IOException {
        if (prepared) {
            return;
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                || Files.isSymbolicLink(directory.resolve("current"))) {
            throw new IOException("a log folder must not be a link: " + directory);
        }
        prepared = true;
    }

    /** There is a writer. Kernel loop. */
    void grows() {}

    void close() {}

    /** Blocking. */
    LogChunk read(long from, int maxBytes, boolean ended) {
        throw new UnsupportedOperationException("reading logs");
    }
}
