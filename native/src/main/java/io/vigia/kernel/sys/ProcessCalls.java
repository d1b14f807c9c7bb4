package io.vigia.kernel.sys;

import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Reading;
import java.util.List;

/**
 * The system calls around the life of a process that {@link Syscalls} does not have. Any thread; failures throw {@link
 * KernelException} unless the method says otherwise.
 */
public interface ProcessCalls {
    /** The descriptor on which a started program finds its status pipe. */
    int STATUS_FD = 3;

    /**
     * A program held in memory, that nobody can change: memfd_create(2) with all seals. Where the host forbids memory to
     * be executed ({@code vm.memfd_noexec}), an unlinked temporary file.
     */
    Fd executable(byte[] image, String name);

    /**
     * posix_spawn(3) of a held program, with the write end of a new pipe as {@link #STATUS_FD}. The program inherits
     * everything else and must rid itself of it.
     */
    Started start(Fd executable, List<byte[]> arguments, List<byte[]> environment);

    /**
     * One read(2), after poll(2) for at most {@code millis}. Blocks: never on a loop.
     *
     * @return bytes read, 0 at the end, -1 when the time was up
     */
    int readWithin(Fd fd, byte[] buffer, int millis);

    /** poll(2) for POLLIN, such as the end of a pidfd's process. Blocks for at most {@code millis}: never on a loop. */
    boolean readableWithin(Fd fd, int millis);

    /**
     * waitid(P_PID, WEXITED) of a child that this process holds unreaped, so that its number cannot be another's.
     *
     * @param block whether to wait for it to end
     * @return gone when it is not a child of this process, or was waited for; unknown while it runs
     */
    Reading<ExitStatus> waitPid(int pid, boolean block);

    /**
     * {@code PIDFD_GET_INFO} with {@code PIDFD_INFO_EXIT} (Linux 6.15): how a process ended, also one that is not ours.
     *
     * @return unknown before it was reaped by its parent, and on kernels that cannot say
     */
    Reading<ExitStatus> exitInfo(Fd pidfd);

    /** lseek(2) to the end: of {@code /dev/kmsg}, what is logged from now on. */
    void seekEnd(Fd fd);

    /** prctl(2) PR_SET_CHILD_SUBREAPER: whether orphaned descendants become children of this process. */
    void setSubreaper(boolean on);

    /** Whether this process is a subreaper, or PID 1 of its namespace. */
    boolean isReaper();

    /** A process that {@link #start} made, and the read end of its status pipe, which is the caller's to close. */
    record Started(int pid, Fd status) {}
}
