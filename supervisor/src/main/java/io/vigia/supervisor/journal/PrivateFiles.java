package io.vigia.supervisor.journal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is for the owner's eyes alone, whatever the umask: the journal keeps manifests, and their environment may hold passwords. Blocking.
 */
final class PrivateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateFiles.class);
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    /** A directory that is there keeps its mode: others may be meant to look into it, or it belongs to them. */
    static void directory(Path directory) throws IOException {
        FileAttribute<Set<PosixFilePermission>> ownersAlone =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(directory, ownersAlone);
    }

    /** There when it returns, empty if it was not there before; an earlier vigia may have left it open to all. */
    static void file(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNERS));
        } catch (FileAlreadyExistsException e) {
            narrow(file);
        }
    }

    private static void narrow(Path file) throws IOException {
        if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
            try {
                Files.setPosixFilePermissions(file, OWNERS);
            } catch (IOException e) {
                LOG.warn("{} can be read by others, and its mode cannot be changed: {}", file, e.getMessage());
            }
        }
    }
}
