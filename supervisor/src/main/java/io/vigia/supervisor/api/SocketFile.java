package io.vigia.supervisor.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of the Unix socket. bind(2) makes it with whatever mode the umask leaves, so it is bound in a directory that
 * only we can enter, gets its owner and mode there, and is then renamed into place: at no moment can anybody else
 * connect. Blocking; one thread at a time.
 */
final class SocketFile {
    /** sun_path of unix(7), less the final NUL. */
    private static final int MAX_PATH_BYTES = 107;

    private final Path place;
    private final @Nullable String group;
    private @Nullable Path workshop;
    /** Those that were made for it, the innermost first. */
    private final Deque<Path> directories = new ArrayDeque<>();

    private @Nullable Object inode;

    SocketFile(Path place, @Nullable String group) {
        this.place = place.toAbsolutePath().normalize();
        this.group = group;
    }

    /** Where to bind. Refuses when somebody answers at the place already. */
    Path prepare() {
        Path directory = Objects.requireNonNull(place.getParent(), "a socket lies in a directory");
        // It is bound elsewhere and renamed, so the kernel would let it have a name that nobody can connect to.
        requireShort(place);
        try {
            make(directory);
            requireFree();
            Path made = Files.createTempDirectory(
                    directory,
                    ".v",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            workshop = made;
            Path bound = made.resolve("s");
            try {
                requireShort(bound);
            } catch (Problem e) {
                discard();
                throw e;
            }
            return bound;
        } catch (IOException e) {
            throw refused(e + "; choose another place with --socket");
        }
    }

    private void make(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (Files.isDirectory(directory) || parent == null) {
            return;
        }
        make(parent);
        Files.createDirectory(directory);
        directories.addFirst(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void requireFree() throws IOException {
        BasicFileAttributes there;
        try {
            there = Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!there.isOther()) {
            throw refused("something that is no socket lies there: remove it or choose another place with --socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(place));
        } catch (IOException e) {
            // ECONNREFUSED: nobody listens any more, the file is what a killed process left behind.
            if (String.valueOf(e.getMessage()).contains("refused")) {
                return;
            }
            throw e;
        }
        throw refused("another process serves it already: stop that one or choose another place with --socket");
    }

    /** Gives what was bound its owner and mode and moves it into place. */
    void publish(Path bound) {
        try {
            if (group != null) {
                GroupPrincipal owner =
                        place.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
                Files.getFileAttributeView(bound, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setGroup(owner);
            }
            Files.setPosixFilePermissions(
                    bound, PosixFilePermissions.fromString(group == null ? "rw-------" : "rw-rw----"));
            inode = Files.readAttributes(bound, BasicFileAttributes.class).fileKey();
            Files.move(bound, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (UserPrincipalNotFoundException e) {
            throw refused("there is no group '" + group + "': groupadd --system " + group
                    + ", or name another one under socket.group");
        } catch (IOException e) {
            throw refused(e.toString());
        } finally {
            discard();
        }
    }

    /** Removes the file, unless another process has put its own there meanwhile, and the directories that were made for it. */
    void remove() {
        discard();
        try {
            if (inode != null
                    && inode.equals(Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .fileKey())) {
                Files.delete(place);
            }
            for (Path directory : directories) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            // It is gone already, or the directory is no longer ours alone: the next start takes the file for stale.
            inode = null;
        }
    }

    private void discard() {
        Path made = workshop;
        if (made != null) {
            try {
                Files.deleteIfExists(made.resolve("s"));
                Files.deleteIfExists(made);
            } catch (IOException e) {
                // An empty directory of ours stays: not worth failing for.
                workshop = null;
            }
        }
    }

    private void requireShort(Path path) {
        if (path.toString().getBytes(UTF_8).length > MAX_PATH_BYTES) {
            throw refused(
                    "its path is too long for a Unix socket (" + MAX_PATH_BYTES + " bytes): choose a shorter one");
        }
    }

    private Problem refused(String why) {
        return Problem.of(Problem.Kind.CONFLICT, "cannot serve socket " + place + ": " + why);
    }
}
