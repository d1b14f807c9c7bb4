package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * One mounted cgroup tree. Directories are opened by bytes relative to the held root, so no locale and no change of a
 * path above can mislead it. Thread-safe.
 */
final class Hierarchy implements AutoCloseable {
    private static final int DIRECTORY = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;
    /** Below PATH_MAX: longer paths are walked in parts. */
    private static final int LONGEST_STEP = 4_000;

    private final Syscalls syscalls;
    private final CgroupMount mount;
    private final Fd root;
    private final Set<String> lacking = ConcurrentHashMap.newKeySet();

    /** @throws KernelException when the mount point cannot be opened */
    Hierarchy(Syscalls syscalls, CgroupMount mount) {
        this.syscalls = syscalls;
        this.mount = mount;
        byte[] point = CgroupPath.unescape(mount.mountPoint());
        this.root = switch (syscalls.open(point, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)) {
            case Reading.Known<Fd>(Fd fd) -> fd;
            case Reading.Gone<Fd>() -> throw KernelException.of("open", mount.mountPoint(), Errno.ENOENT);
            case Reading.Unknown<Fd>(String why) -> throw new IllegalStateException(mount.mountPoint() + ": " + why);
        };
    }

    Syscalls syscalls() {
        return syscalls;
    }

    CgroupMount mount() {
        return mount;
    }

    /** Whether this kernel has no such file, as far as somebody {@link #ask asked}. */
    boolean lacks(String file) {
        return lacking.contains(file);
    }

    /** Remembers that this kernel has no such file, if a directory has none that has others of its controller. */
    void ask(CgroupDir directory, String file) {
        if (!lacks(file) && !directory.has(file) && directory.isAlive()) {
            lacking.add(file);
        }
    }

    /** Absolute in the file system, escaped. */
    String display(CgroupPath path) {
        String point = mount.mountPoint().equals("/") ? "" : mount.mountPoint();
        return path.isRoot() ? point : point + path.text();
    }

    /** Open for reading; the caller closes. */
    Reading<Fd> openDirectory(CgroupPath path) {
        byte[] rest = path.isRoot() ? new byte[] {'.'} : withoutSlash(path);
        Fd at = root;
        try {
            while (rest.length > LONGEST_STEP) {
                int slash = lastSlashBefore(rest, LONGEST_STEP);
                Reading<Fd> next = syscalls.openAt(at, Arrays.copyOf(rest, slash), DIRECTORY, display(path));
                closeUnlessRoot(at);
                at = root;
                if (!(next instanceof Reading.Known<Fd>(Fd fd))) {
                    return next;
                }
                at = fd;
                rest = Arrays.copyOfRange(rest, slash + 1, rest.length);
            }
            return syscalls.openAt(at, rest, DIRECTORY, display(path));
        } finally {
            closeUnlessRoot(at);
        }
    }

    /** Gone when there is no such directory. */
    Reading<Long> inode(CgroupPath path) {
        return Readings.then(openDirectory(path), fd -> {
            try (fd) {
                return Reading.known(syscalls.inode(fd));
            }
        });
    }

    /** Makes one directory; {@code false} if it was there. Gone when the parent is not there. */
    Reading<Boolean> make(CgroupPath path) {
        return inParent(path, (parent, name) -> syscalls.makeDirectoryAt(parent, name));
    }

    /** Removes one empty directory; {@code false} or gone if it was not there. */
    Reading<Boolean> remove(CgroupPath path) {
        return inParent(path, (parent, name) -> syscalls.removeDirectoryAt(parent, name));
    }

    Reading<List<CgroupPath>> children(CgroupPath path) {
        return Readings.then(openDirectory(path), fd -> {
            try (fd) {
                return syscalls.listDirectories(fd).map(names -> {
                    List<CgroupPath> paths = new ArrayList<>(names.size());
                    names.forEach(name -> paths.add(path.child(name)));
                    return paths;
                });
            }
        });
    }

    @Override
    public void close() {
        root.close();
    }

    private interface NameCall {
        boolean apply(Fd parent, byte[] name);
    }

    private Reading<Boolean> inParent(CgroupPath path, NameCall call) {
        CgroupPath parent = path.parent();
        if (parent == null) {
            throw new IllegalArgumentException("the root of a hierarchy is neither made nor removed: " + display(path));
        }
        Function<Fd, Reading<Boolean>> step = fd -> {
            try (fd) {
                return Reading.known(call.apply(fd, CgroupPath.unescape(path.name())));
            } catch (KernelException e) {
                if (Errno.meansGone(e.errno())) {
                    return Reading.gone();
                }
                throw KernelException.of(e.syscall(), display(path), e.errno());
            }
        };
        return Readings.then(openDirectory(parent), step);
    }

    private void closeUnlessRoot(Fd fd) {
        if (fd != root) {
            fd.close();
        }
    }

    private static byte[] withoutSlash(CgroupPath path) {
        byte[] bytes = path.bytes();
        return Arrays.copyOfRange(bytes, 1, bytes.length);
    }

    private static int lastSlashBefore(byte[] path, int limit) {
        for (int i = limit; i > 0; i--) {
            if (path[i] == '/') {
                return i;
            }
        }
        throw new IllegalArgumentException("a cgroup name longer than " + limit + " bytes cannot be opened: "
                + new String(path, 0, 40, StandardCharsets.ISO_8859_1) + "…");
    }
}
