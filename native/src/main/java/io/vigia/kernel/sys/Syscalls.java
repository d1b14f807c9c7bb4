package io.vigia.kernel.sys;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Reading;
import java.util.List;

/**
 * The system calls that vigia makes. An interface so that races and refusals can be played in unit tests; {@link
 * JnaSyscalls} is the real one. Every method may block as long as the kernel does and may be called from any thread.
 * Failures throw {@link KernelException} with syscall, target and errno, unless the method says otherwise. Descriptors
 * are always opened O_CLOEXEC.
 */
public interface Syscalls {
    /** openat(2) by bytes, so that any name the kernel allows works under any locale. ENOENT, ENODEV: gone. */
    Reading<Fd> openAt(Fd directory, byte[] relativePath, int flags, String target);

    /** open(2) of an absolute path. */
    Reading<Fd> open(byte[] path, int flags);

    /**
     * pread(2) at {@code offset} into {@code buffer}. At most 1 MiB a call.
     *
     * @return the bytes read, 0 at the end; gone for ENODEV, or when the descriptor was closed meanwhile
     */
    Reading<Integer> pread(Fd fd, byte[] buffer, long offset);

    /**
     * pread(2) at {@code offset} to {@code buffer[at]} and on, for readers that make no garbage.
     *
     * @return the bytes read, 0 at the end; -1 when it is gone, as in {@link #pread}
     */
    int readAt(Fd fd, byte[] buffer, int at, long offset);

    /** read(2); 0 at the end, -1 for EAGAIN. */
    int read(Fd fd, byte[] buffer);

    /** write(2), once; the bytes written. A failure's target names file and data. */
    int write(Fd fd, byte[] data, int length);

    /** fstat(2)'s inode number. */
    long inode(Fd fd);

    /** The inode number of what {@code relativePath} names, without following a link; gone for ENOENT. */
    Reading<Long> inodeAt(Fd directory, byte[] relativePath);

    /** The inode number of an absolute path, links followed; gone for ENOENT. */
    Reading<Long> inodeOf(byte[] path);

    /** When the inode was last modified, milliseconds since the epoch, to the second. */
    long modifiedMillis(Fd fd);

    /** close(2); errors are ignored as there is nothing to be done about them. */
    void close(int fd);

    /** mkdirat(2), mode 0755; {@code false} if it exists. */
    boolean makeDirectoryAt(Fd directory, byte[] relativePath);

    /** unlinkat(2) with AT_REMOVEDIR; {@code false} if it was gone. EBUSY while it has children or processes. */
    boolean removeDirectoryAt(Fd directory, byte[] relativePath);

    /**
     * The names of the directories in {@code directory}, without {@code .} and {@code ..}, by bytes, from the start each
     * time (lseek(2), getdents64(2)); {@code directory} was opened for reading. Gone when it was removed meanwhile.
     */
    Reading<List<byte[]>> listDirectories(Fd directory);

    /**
     * All entries but {@code .} and {@code ..}, from the start each time. The position is the descriptor's: one thread at a time.
     *
     * @return how many there were; gone when it was removed meanwhile
     */
    Reading<Integer> list(Fd directory, EntryVisitor visitor);

    /** eventfd(2), non-blocking. */
    Fd eventFd();

    /** inotify_init1(2), non-blocking. */
    Fd inotifyInit();

    /** inotify_add_watch(2) through {@code /proc/self/fd/N} of a held directory, so that no path can be swapped. */
    Reading<Integer> inotifyAddWatch(Fd inotify, Fd directory, int mask);

    /** The same for a file in a held directory. */
    Reading<Integer> inotifyAddWatchAt(Fd inotify, Fd directory, byte[] name, int mask);

    /** inotify_rm_watch(2); {@code false} if the watch was gone. */
    boolean inotifyRemoveWatch(Fd inotify, int watch);

    /** pidfd_open(2): Linux 5.3. Gone for ESRCH. */
    Reading<Fd> pidfdOpen(int pid);

    /** pidfd_send_signal(2): {@code false} when the process has ended. */
    boolean pidfdSendSignal(Fd pidfd, int signal);

    /**
     * waitid(P_PIDFD, WEXITED|WNOHANG) of a child.
     *
     * @return unknown while it runs or when it is not our child (the reason says which)
     */
    Reading<ExitStatus> waitPidfd(Fd pidfd);

    /** A netlink socket of {@code protocol}, bound to {@code groups}, non-blocking, with the largest receive buffer allowed. */
    Fd netlinkSocket(int protocol, int groups, int receiveBufferBytes);

    /** getrlimit(2) RLIMIT_NOFILE: soft, hard. */
    long[] nofileLimit();

    /** getpid(2). */
    int pid();

    /** Told of the entries of a directory. */
    @FunctionalInterface
    interface EntryVisitor {
        void entry(byte[] name, long inode, boolean isDirectory);
    }
}
