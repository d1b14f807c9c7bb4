package io.vigia.supervisor.journal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/**
 * SQLite's native library, unpacked once into the state directory: the driver itself unpacks it at every start under a
 * new name in the temporary directory, and after kill -9 it stays there.
 */
final class SqliteLibrary {
    private static final String NAME = "libsqlitejdbc.so";
    private static final String PATH_PROPERTY = "org.sqlite.lib.path";
    private static final String NAME_PROPERTY = "org.sqlite.lib.name";

    private SqliteLibrary() {}

    /** Points the driver to it, once a process. Where that fails the driver goes its own way. */
    static synchronized void prepare(Path stateDir) {
        if (System.getProperty(PATH_PROPERTY) != null) {
            return;
        }
        String platform = OSInfo.getNativeLibFolderPathForCurrentOS();
        URL packed = SQLiteJDBCLoader.class.getResource("/org/sqlite/native/" + platform + "/" + NAME);
        if (packed == null) {
            return;
        }
        Path directory = stateDir.resolve("lib")
                .resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + "-" + platform.replace('/', '-'));
        try {
            unpack(packed, directory);
            System.setProperty(PATH_PROPERTY, directory.toString());
            System.setProperty(NAME_PROPERTY, NAME);
            if (!SQLiteJDBCLoader.initialize()) {
                throw new IOException("the driver did not load it");
            }
        } catch (Exception | LinkageError e) {
            System.clearProperty(PATH_PROPERTY);
            System.clearProperty(NAME_PROPERTY);
            SqliteJournal.LOG.debug("SQLite's library is not kept in {}: {}", directory, e.toString());
        }
    }

    private static void unpack(URL packed, Path directory) throws IOException {
        Path target = directory.resolve(NAME);
        var connection = packed.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            if (Files.isRegularFile(target) && Files.size(target) == connection.getContentLengthLong()) {
                return;
            }
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, NAME, ".new");
            try {
                Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
