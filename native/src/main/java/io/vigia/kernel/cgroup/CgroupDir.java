package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cgroup directory of one hierarchy, by identity: path and inode. When another directory has taken the path, every
 * answer is gone. Thread-safe; may block.
 */
final class CgroupDir {
    private static final int READ = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW;
    private static final int WRITE = OpenFlags.O_WRONLY | OpenFlags.O_NOFOLLOW;
    /** cgroup.procs comes in parts of almost a page; anything much shorter is all there is. */
    private static final int SURELY_WHOLE = 2_048;

    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[8_192]);

    private final Hierarchy hierarchy;
    private final CgroupPath path;
    private final long inode;

    CgroupDir(Hierarchy hierarchy, CgroupPath path, long inode) {
        this.hierarchy = hierarchy;
        this.path = path;
        this.inode = inode;
    }

    long inode() {
        return inode;
    }

    CgroupPath path() {
        return path;
    }

    Hierarchy hierarchy() {
        return hierarchy;
    }

    /** Absolute in the file system, escaped. */
    String display() {
        return hierarchy.display(path);
    }

    /** Open for reading, verified; the caller closes. */
    Reading<Fd> open() {
        return Readings.then(hierarchy.openDirectory(path), fd -> {
            if (syscalls().inode(fd) == inode) {
                return Reading.known(fd);
            }
            fd.close();
            return Reading.gone();
        });
    }

    /** Those that are there now. */
    List<CgroupDir> children() {
        List<CgroupPath> paths = hierarchy.children(path).orNull();
        List<CgroupDir> found = new ArrayList<>();
        for (CgroupPath child : paths == null ? List.<CgroupPath>of() : paths) {
            Long itsInode = hierarchy.inode(child).orNull();
            if (itsInode != null) {
                found.add(new CgroupDir(hierarchy, child, itsInode));
            }
        }
        return found;
    }

    boolean isAlive() {
        return open() instanceof Reading.Known<Fd>(Fd fd) && closed(fd);
    }

    /** The file's text. For readings again and again see {@link HeldMeter}. */
    Reading<String> read(String file) {
        return Readings.then(tryOpen(file), fd -> {
            try (fd) {
                return contents(fd, file);
            }
        });
    }

    /** A file with one number. */
    Reading<Long> readNumber(String file) {
        return Readings.parse(read(file), file, text -> Long.parseLong(text.strip()));
    }

    /**
     * One write(2) of {@code data} and a newline.
     *
     * @return known when the kernel took it; gone; or unknown when the directory has no such file
     * @throws KernelException when the kernel refused, its target naming file and data
     */
    Reading<Boolean> write(String file, String data) {
        return Readings.then(open(), directory -> {
            try (directory) {
                return writeIn(directory, file, data);
            }
        });
    }

    boolean has(String file) {
        return openFile(file, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW) instanceof Reading.Known<Fd>(Fd fd)
                && closed(fd);
    }

    /** Opens a file of this directory; the caller closes. Unknown when the directory has no such file. */
    Reading<Fd> openFile(String file, int flags) {
        return Readings.then(open(), directory -> {
            try (directory) {
                return openIn(directory, file, flags);
            }
        });
    }

    // Not to be allowed to read is a reason, not an accident.
    private Reading<Fd> tryOpen(String file) {
        try {
            return openFile(file, READ);
        } catch (KernelException e) {
            return Reading.unknown(String.valueOf(e.getMessage()));
        }
    }

    private Reading<String> contents(Fd fd, String file) {
        if (!fd.acquire()) {
            return Reading.gone();
        }
        try {
            byte[] buffer = BUFFER.get();
            Reading<Integer> count = syscalls().pread(fd, buffer, 0);
            return Readings.then(
                    count,
                    n -> n < SURELY_WHOLE
                            ? Reading.known(new String(buffer, 0, n, StandardCharsets.ISO_8859_1))
                            : rest(fd, buffer, n));
        } catch (KernelException e) {
            return Errno.meansGone(e.errno())
                    ? Reading.gone()
                    : Reading.unknown(display() + "/" + file + ": " + Errno.name(e.errno()));
        } finally {
            fd.release();
        }
    }

    private Reading<String> rest(Fd fd, byte[] buffer, int first) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(4 * first);
        all.write(buffer, 0, first);
        while (true) {
            Reading<Integer> count = syscalls().pread(fd, buffer, all.size());
            if (!(count instanceof Reading.Known<Integer>(Integer n))) {
                return Readings.then(count, ignored -> Reading.gone());
            }
            if (n == 0) {
                return Reading.known(all.toString(StandardCharsets.ISO_8859_1));
            }
            all.write(buffer, 0, n);
        }
    }

    private Reading<Boolean> writeIn(Fd directory, String file, String data) {
        return Readings.then(openIn(directory, file, WRITE), fd -> {
            try (fd) {
                byte[] bytes = (data + "\n").getBytes(StandardCharsets.ISO_8859_1);
                syscalls().write(fd, bytes, bytes.length);
                return Reading.known(true);
            } catch (KernelException e) {
                if (Errno.meansGone(e.errno()) && !isAlive()) {
                    return Reading.gone();
                }
                throw KernelException.of("write", display() + "/" + file + " '" + data + "'", e.errno());
            }
        });
    }

    private Reading<Fd> openIn(Fd directory, String file, int flags) {
        Reading<Fd> opened =
                syscalls().openAt(directory, file.getBytes(StandardCharsets.US_ASCII), flags, display() + "/" + file);
        if (opened instanceof Reading.Gone<Fd>) {
            return isAlive() ? Reading.unknown("there is no " + file + " in " + display()) : opened;
        }
        return opened;
    }

    private Syscalls syscalls() {
        return hierarchy.syscalls();
    }

    private static boolean closed(@Nullable Fd fd) {
        if (fd != null) {
            fd.close();
        }
        return fd != null;
    }
}
