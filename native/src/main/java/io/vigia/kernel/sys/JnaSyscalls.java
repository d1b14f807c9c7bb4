package io.vigia.kernel.sys;

import com.sun.jna.Native;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Reading;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The real system calls. Paths and data pass through a thread's own native memory, so that calls allocate next to nothing. */
public final class JnaSyscalls implements Syscalls {
    private static final int AT_FDCWD = -100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_INO_BIT = 0x100;
    private static final int STATX_MTIME_BIT = 0x40;
    private static final int O_CLOEXEC = 0x80000;
    private static final int NON_BLOCKING_CLOEXEC = OpenFlags.O_NONBLOCK | O_CLOEXEC;
    private static final int SEEK_SET = 0;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;
    private static final int RLIMIT_NOFILE = 7;
    private static final int DIRECTORY_MODE = 0755;
    private static final int LISTING_BYTES = 64 * 1024;
    private static final byte[] EMPTY_PATH = {};

    /** Answers of pread, made once: a scrape asks for thousands. */
    private static final List<Reading<Integer>> LENGTHS = lengths(8192);

    private static List<Reading<Integer>> lengths(int count) {
        List<Reading<Integer>> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(Reading.known(i));
        }
        return List.copyOf(all);
    }

    private static Reading<Integer> length(int n) {
        return n < LENGTHS.size() ? LENGTHS.get(n) : Reading.known(n);
    }

    @Override
    public Reading<Fd> openAt(Fd directory, byte[] relativePath, int flags, String target) {
        if (!directory.acquire()) {
            return Reading.gone();
        }
        try {
            return open(directory.number(), relativePath, flags, target);
        } finally {
            directory.release();
        }
    }

    @Override
    public Reading<Fd> open(byte[] path, int flags) {
        return open(AT_FDCWD, path, flags, CgroupPath.escape(path));
    }

    private Reading<Fd> open(int directory, byte[] path, int flags, String target) {
        long address = Scratch.ofThread().path(path);
        while (true) {
            int fd = LibC.openat(directory, address, flags | O_CLOEXEC);
            if (fd >= 0) {
                return Reading.known(new Fd(this, fd, target));
            }
            int errno = Native.getLastError();
            if (Errno.meansGone(errno)) {
                return Reading.gone();
            }
            if (errno != Errno.EINTR) {
                throw KernelException.of("openat", target, errno);
            }
        }
    }

    @Override
    public Reading<Integer> pread(Fd fd, byte[] buffer, long offset) {
        int n = readAt(fd, buffer, 0, offset);
        return n < 0 ? Reading.gone() : length(n);
    }

    @Override
    public int readAt(Fd fd, byte[] buffer, int at, long offset) {
        if (!fd.acquire()) {
            return -1;
        }
        try {
            Scratch scratch = Scratch.ofThread();
            long address = scratch.reserve(buffer.length - at);
            int wanted = Math.min(buffer.length - at, scratch.capacity());
            while (true) {
                int n = (int) LibC.pread(fd.number(), address, wanted, offset);
                if (n >= 0) {
                    scratch.memory().get(0, buffer, at, n);
                    return n;
                }
                int errno = Native.getLastError();
                if (Errno.meansGone(errno)) {
                    return -1;
                }
                if (errno != Errno.EINTR) {
                    throw KernelException.of("pread", fd.target(), errno);
                }
            }
        } finally {
            fd.release();
        }
    }

    @Override
    public int read(Fd fd, byte[] buffer) {
        requireOpen("read", fd);
        try {
            Scratch scratch = Scratch.ofThread();
            long address = scratch.reserve(buffer.length);
            int wanted = Math.min(buffer.length, scratch.capacity());
            while (true) {
                int n = (int) LibC.read(fd.number(), address, wanted);
                if (n >= 0) {
                    scratch.copyTo(buffer, n);
                    return n;
                }
                int errno = Native.getLastError();
                if (errno == Errno.EAGAIN) {
                    return -1;
                }
                if (errno != Errno.EINTR) {
                    throw KernelException.of("read", fd.target(), errno);
                }
            }
        } finally {
            fd.release();
        }
    }

    @Override
    public int write(Fd fd, byte[] data, int length) {
        requireOpen("write", fd);
        try {
            Scratch scratch = Scratch.ofThread();
            int wanted = Math.min(length, Scratch.MAX_BYTES - 1);
            long address = scratch.text(data, wanted);
            while (true) {
                int n = (int) LibC.write(fd.number(), address, wanted);
                if (n >= 0) {
                    return n;
                }
                int errno = Native.getLastError();
                if (errno != Errno.EINTR) {
                    throw KernelException.of("write", fd.target() + shown(data, wanted), errno);
                }
            }
        } finally {
            fd.release();
        }
    }

    /** What was written, for the error: short text in quotes, else only how much. */
    private static String shown(byte[] data, int length) {
        int end = length > 0 && data[length - 1] == 0 ? length - 1 : length;
        for (int i = 0; i < end; i++) {
            if (data[i] < ' ' && data[i] != '\n') {
                return " (" + length + " bytes)";
            }
        }
        return end > 200
                ? " (" + length + " bytes)"
                : " '" + new String(data, 0, end, StandardCharsets.UTF_8).strip() + "'";
    }

    @Override
    public long inode(Fd fd) {
        Reading<Long> inode = stat(fd, EMPTY_PATH, AT_EMPTY_PATH, StructLayout.STATX_INO);
        if (inode instanceof Reading.Known<Long>(Long number)) {
            return number;
        }
        throw KernelException.of("statx", fd.target(), Errno.EBADF);
    }

    @Override
    public Reading<Long> inodeAt(Fd directory, byte[] relativePath) {
        return stat(directory, relativePath, AT_SYMLINK_NOFOLLOW, StructLayout.STATX_INO);
    }

    @Override
    public Reading<Long> inodeOf(byte[] path) {
        return stat(AT_FDCWD, "", path, 0, StructLayout.STATX_INO);
    }

    @Override
    public long modifiedMillis(Fd fd) {
        Reading<Long> seconds = stat(fd, EMPTY_PATH, AT_EMPTY_PATH, StructLayout.STATX_MTIME);
        if (seconds instanceof Reading.Known<Long>(Long number)) {
            return number * 1000;
        }
        throw KernelException.of("statx", fd.target(), Errno.EBADF);
    }

    private static Reading<Long> stat(Fd directory, byte[] path, int flags, int field) {
        if (!directory.acquire()) {
            return Reading.gone();
        }
        try {
            return stat(directory.number(), directory.target(), path, flags, field);
        } finally {
            directory.release();
        }
    }

    private static Reading<Long> stat(int directory, String target, byte[] path, int flags, int field) {
        Scratch scratch = Scratch.ofThread();
        scratch.reserve(path.length + 1 + StructLayout.STATX_SIZE + Long.BYTES);
        long address = scratch.path(path);
        int at = (path.length + Long.BYTES) & -Long.BYTES;
        if (LibC.statx(directory, address, flags, STATX_INO_BIT | STATX_MTIME_BIT, address + at) == 0) {
            return Reading.known(scratch.memory().getLong(at + field));
        }
        int errno = Native.getLastError();
        if (Errno.meansGone(errno)) {
            return Reading.gone();
        }
        throw KernelException.of("statx", target + "/" + CgroupPath.escape(path), errno);
    }

    @Override
    @SuppressWarnings("CheckReturnValue")
    public void close(int fd) {
        LibC.close(fd);
    }

    @Override
    public boolean makeDirectoryAt(Fd directory, byte[] relativePath) {
        requireOpen("mkdirat", directory);
        try {
            long address = Scratch.ofThread().path(relativePath);
            if (LibC.mkdirat(directory.number(), address, DIRECTORY_MODE) == 0) {
                return true;
            }
            int errno = Native.getLastError();
            if (errno == Errno.EEXIST) {
                return false;
            }
            throw KernelException.of("mkdirat", below(directory, relativePath), errno);
        } finally {
            directory.release();
        }
    }

    @Override
    public boolean removeDirectoryAt(Fd directory, byte[] relativePath) {
        requireOpen("unlinkat", directory);
        try {
            long address = Scratch.ofThread().path(relativePath);
            if (LibC.unlinkat(directory.number(), address, AT_REMOVEDIR) == 0) {
                return true;
            }
            int errno = Native.getLastError();
            if (Errno.meansGone(errno)) {
                return false;
            }
            throw KernelException.of("unlinkat", below(directory, relativePath), errno);
        } finally {
            directory.release();
        }
    }

    private static String below(Fd directory, byte[] name) {
        return directory.target() + "/" + CgroupPath.escape(name);
    }

    @Override
    public Reading<List<byte[]>> listDirectories(Fd directory) {
        List<byte[]> names = new ArrayList<>();
        Reading<Integer> listed = list(directory, (name, inode, isDirectory) -> {
            if (isDirectory) {
                names.add(name);
            }
        });
        return listed.map(count -> names);
    }

    @Override
    public Reading<Integer> list(Fd directory, EntryVisitor visitor) {
        int count = 0;
        boolean fromStart = true;
        while (true) {
            byte[] block = nextEntries(directory, fromStart);
            if (block == null) {
                return Reading.gone();
            }
            if (block.length == 0) {
                return length(count);
            }
            count += DirectoryEntries.visit(block, visitor);
            fromStart = false;
        }
    }

    /** A copy, because the visitor may make calls of its own; {@code null} when the directory is gone. */
    private static byte @Nullable [] nextEntries(Fd directory, boolean fromStart) {
        if (!directory.acquire()) {
            return null;
        }
        try {
            if (fromStart && LibC.lseek(directory.number(), 0, SEEK_SET) < 0) {
                throw KernelException.of("lseek", directory.target(), Native.getLastError());
            }
            Scratch scratch = Scratch.ofThread();
            long address = scratch.reserve(LISTING_BYTES);
            int n = (int) LibC.syscall(SyscallNumbers.GETDENTS64, directory.number(), address, scratch.capacity(), 0);
            if (n >= 0) {
                byte[] block = new byte[n];
                scratch.copyTo(block, n);
                return block;
            }
            int errno = Native.getLastError();
            if (Errno.meansGone(errno)) {
                return null;
            }
            throw KernelException.of("getdents64", directory.target(), errno);
        } finally {
            directory.release();
        }
    }

    @Override
    public Fd eventFd() {
        return made("eventfd", "eventfd", LibC.eventfd(0, NON_BLOCKING_CLOEXEC));
    }

    @Override
    public Fd inotifyInit() {
        return made("inotify_init1", "inotify", LibC.inotify_init1(NON_BLOCKING_CLOEXEC));
    }

    private Fd made(String syscall, String target, int fd) {
        if (fd < 0) {
            throw KernelException.of(syscall, target, Native.getLastError());
        }
        return new Fd(this, fd, target);
    }

    @Override
    public Reading<Integer> inotifyAddWatch(Fd inotify, Fd directory, int mask) {
        return inotifyAddWatchAt(inotify, directory, EMPTY_PATH, mask);
    }

    @Override
    public Reading<Integer> inotifyAddWatchAt(Fd inotify, Fd directory, byte[] name, int mask) {
        if (!inotify.acquire()) {
            return Reading.gone();
        }
        try {
            if (!directory.acquire()) {
                return Reading.gone();
            }
            try {
                byte[] path = ProcSelfFd.path(directory.number(), name);
                int watch = LibC.inotify_add_watch(
                        inotify.number(), Scratch.ofThread().path(path), mask);
                if (watch >= 0) {
                    return Reading.known(watch);
                }
                int errno = Native.getLastError();
                if (Errno.meansGone(errno)) {
                    return Reading.gone();
                }
                throw KernelException.of("inotify_add_watch", below(directory, name), errno);
            } finally {
                directory.release();
            }
        } finally {
            inotify.release();
        }
    }

    @Override
    public boolean inotifyRemoveWatch(Fd inotify, int watch) {
        if (!inotify.acquire()) {
            return false;
        }
        try {
            return LibC.inotify_rm_watch(inotify.number(), watch) == 0;
        } finally {
            inotify.release();
        }
    }

    @Override
    public Reading<Fd> pidfdOpen(int pid) {
        int fd = (int) LibC.syscall(SyscallNumbers.PIDFD_OPEN, pid, 0, 0, 0);
        if (fd >= 0) {
            return Reading.known(new Fd(this, fd, "pidfd " + pid));
        }
        int errno = Native.getLastError();
        if (errno == Errno.ESRCH) {
            return Reading.gone();
        }
        throw KernelException.of("pidfd_open", "pid " + pid, errno);
    }

    @Override
    public boolean pidfdSendSignal(Fd pidfd, int signal) {
        if (!pidfd.acquire()) {
            return false;
        }
        try {
            if (LibC.syscall(SyscallNumbers.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0) == 0) {
                return true;
            }
            int errno = Native.getLastError();
            if (errno == Errno.ESRCH) {
                return false;
            }
            throw KernelException.of("pidfd_send_signal", pidfd.target() + " signal " + signal, errno);
        } finally {
            pidfd.release();
        }
    }

    @Override
    public Reading<ExitStatus> waitPidfd(Fd pidfd) {
        if (!pidfd.acquire()) {
            return Reading.unknown("the pidfd is closed");
        }
        try {
            Scratch scratch = Scratch.ofThread();
            long info = scratch.zeroed(StructLayout.SIGINFO_SIZE);
            while (LibC.waitid(P_PIDFD, pidfd.number(), info, WEXITED | WNOHANG) != 0) {
                int errno = Native.getLastError();
                if (errno == Errno.ECHILD) {
                    return Reading.unknown(
                            pidfd.target() + " is not a child of this process, or was waited for already");
                }
                if (errno != Errno.EINTR) {
                    throw KernelException.of("waitid", pidfd.target(), errno);
                }
            }
            return exitStatus(scratch.memory(), pidfd.target());
        } finally {
            pidfd.release();
        }
    }

    private static Reading<ExitStatus> exitStatus(ByteBuffer siginfo, String target) {
        if (siginfo.getInt(StructLayout.SIGINFO_PID) == 0) {
            return Reading.unknown(target + " is still running");
        }
        int code = siginfo.getInt(StructLayout.SIGINFO_CODE);
        int status = siginfo.getInt(StructLayout.SIGINFO_STATUS);
        return Reading.known(
                code == CLD_EXITED
                        ? new ExitStatus.Exited(status)
                        : new ExitStatus.Signaled(status, code == CLD_DUMPED));
    }

    @Override
    public Fd netlinkSocket(int protocol, int groups, int receiveBufferBytes) {
        String target = "netlink " + protocol;
        Fd fd = made("socket", target, LibC.socket(AF_NETLINK, SOCK_RAW | NON_BLOCKING_CLOEXEC, protocol));
        try {
            Scratch scratch = Scratch.ofThread();
            long value = scratch.reserve(Integer.BYTES);
            scratch.memory().putInt(0, receiveBufferBytes);
            // The first ignores net.core.rmem_max but wants CAP_NET_ADMIN; the second is capped silently.
            if (LibC.setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUFFORCE, value, Integer.BYTES) != 0
                    && LibC.setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUF, value, Integer.BYTES) != 0) {
                throw KernelException.of("setsockopt", target + " SO_RCVBUF", Native.getLastError());
            }
            long address = scratch.zeroed(StructLayout.SOCKADDR_NL_SIZE);
            scratch.memory().putShort(StructLayout.SOCKADDR_NL_FAMILY, (short) AF_NETLINK);
            scratch.memory().putInt(StructLayout.SOCKADDR_NL_GROUPS, groups);
            if (LibC.bind(fd.number(), address, StructLayout.SOCKADDR_NL_SIZE) != 0) {
                throw KernelException.of("bind", target + " groups " + groups, Native.getLastError());
            }
            return fd;
        } catch (KernelException e) {
            fd.close();
            throw e;
        }
    }

    @Override
    public long[] nofileLimit() {
        Scratch scratch = Scratch.ofThread();
        long limit = scratch.zeroed(StructLayout.RLIMIT_SIZE);
        if (LibC.getrlimit(RLIMIT_NOFILE, limit) != 0) {
            throw KernelException.of("getrlimit", "RLIMIT_NOFILE", Native.getLastError());
        }
        return new long[] {
            unlimitedAsMax(scratch.memory().getLong(0)),
            unlimitedAsMax(scratch.memory().getLong(StructLayout.RLIMIT_MAX))
        };
    }

    private static long unlimitedAsMax(long value) {
        return value < 0 ? Long.MAX_VALUE : value;
    }

    @Override
    public int pid() {
        return LibC.getpid();
    }

    private static void requireOpen(String syscall, Fd fd) {
        if (!fd.acquire()) {
            throw KernelException.of(syscall, fd.target() + " (closed)", Errno.EBADF);
        }
    }
}
