package io.vigia.supervisor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One vigia per state directory. The kernel releases the lock with the process, however it ends (fcntl(2)).
 *
 * <p>Such a lock is also lost when the process closes any other descriptor of the file, so a second attempt of the same
 * process is turned away before it opens anything.
 */
final class StateDirectoryLock implements AutoCloseable {
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private StateDirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * @throws StateDirectoryInUseException if somebody has it
     * @throws IOException if the directory cannot be written
     */
    static StateDirectoryLock take(Path stateDir) throws IOException {
        Path directory = stateDir.toRealPath();
        if (!HELD_HERE.add(directory)) {
            throw new StateDirectoryInUseException(directory, "in this process");
        }
        boolean taken = false;
        try {
            PrivateFiles.file(directory.resolve("lock"));
            FileChannel channel = FileChannel.open(
                    directory.resolve("lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    throw new StateDirectoryInUseException(directory, holder(channel));
                }
                taken = true;
                writeHolder(channel);
                return new StateDirectoryLock(directory, channel);
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
        } finally {
            if (!taken) {
                HELD_HERE.remove(directory);
            }
        }
    }

    /** The name is a courtesy to whoever is refused; a full disk must not cost the lock. */
    private static void writeHolder(FileChannel channel) {
        try {
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
        } catch (IOException e) {
            SqliteJournal.LOG.debug("the lock file does not name its holder: {}", e.toString());
        }
    }

    private static String holder(FileChannel channel) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(32);
            channel.read(bytes, 0);
            String pid =
                    StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
            return pid.isEmpty() ? "PID unknown" : "PID " + pid;
        } catch (IOException e) {
            return "PID unknown";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            SqliteJournal.LOG.debug("closing the lock file: {}", e.toString());
        } finally {
            HELD_HERE.remove(directory);
        }
    }
}
