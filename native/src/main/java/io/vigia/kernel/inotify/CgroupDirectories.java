package io.vigia.kernel.inotify;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Opens cgroup directories by path and proves by inode that it is the one that was meant. Holds only the root and the directory
 * that was used last as a parent, however many cgroups there are. Kernel-loop thread only.
 */
final class CgroupDirectories implements AutoCloseable {
    private static final int FLAGS = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;
    /** PATH_MAX with its NUL is 4096; a longer path is walked in pieces. */
    private static final int PIECE_BYTES = 4000;

    private final Syscalls syscalls;
    private final Fd root;
    private @Nullable WatchedCgroup parent;
    private @Nullable Fd parentFd;

    /** Does not own {@code root}. */
    CgroupDirectories(Syscalls syscalls, Fd root) {
        this.syscalls = syscalls;
        this.root = root;
    }

    /** Gone also when another cgroup has taken the path. */
    Reading<Fd> open(WatchedCgroup group) {
        Reading<Fd> opened = open(group.path);
        if (opened instanceof Reading.Known<Fd>(Fd fd) && !group.is(syscalls.inode(fd))) {
            fd.close();
            return Reading.gone();
        }
        return opened;
    }

    private Reading<Fd> open(CgroupPath path) {
        if (path.isRoot()) {
            return syscalls.openAt(root, new byte[] {'.'}, FLAGS, "/");
        }
        byte[] whole = path.bytes();
        Fd from = root;
        int at = 1;
        while (true) {
            int end = pieceEnd(whole, at);
            Reading<Fd> opened = syscalls.openAt(from, Arrays.copyOfRange(whole, at, end), FLAGS, path.text());
            if (from != root) {
                from.close();
            }
            if (end == whole.length || !(opened instanceof Reading.Known<Fd>(Fd next))) {
                return opened;
            }
            from = next;
            at = end + 1;
        }
    }

    private static int pieceEnd(byte[] path, int from) {
        if (path.length - from <= PIECE_BYTES) {
            return path.length;
        }
        int end = from + PIECE_BYTES;
        while (path[end] != '/') {
            end--;
        }
        return end;
    }

    /** A child of exactly this parent, and not of a successor under its path. */
    Reading<Fd> openChild(WatchedCgroup of, CgroupPath childPath) {
        Fd directory = held(of);
        return directory == null
                ? Reading.gone()
                : syscalls.openAt(directory, CgroupPath.unescape(childPath.name()), FLAGS, childPath.text());
    }

    /** Whether {@code child} is still what its name in {@code of} means. */
    boolean isLive(WatchedCgroup of, WatchedCgroup child) {
        Fd directory = held(of);
        return directory != null
                && syscalls.inodeAt(directory, CgroupPath.unescape(child.path.name()))
                        instanceof Reading.Known<Long>(Long inode)
                && child.is(inode);
    }

    private @Nullable Fd held(WatchedCgroup group) {
        if (parent != group || parentFd == null) {
            letGo();
            if (open(group) instanceof Reading.Known<Fd>(Fd fd)) {
                parent = group;
                parentFd = fd;
            }
        }
        return parentFd;
    }

    /** The group has ended: a held descriptor would keep it in the kernel's memory. */
    void forget(WatchedCgroup group) {
        if (parent == group) {
            letGo();
        }
    }

    private void letGo() {
        if (parentFd != null) {
            parentFd.close();
        }
        parentFd = null;
        parent = null;
    }

    @Override
    public void close() {
        letGo();
    }
}
