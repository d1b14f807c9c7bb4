package io.vigia.kernel.sys;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The real calls. */
public final class JnaProcessCalls implements ProcessCalls {
    private static final int O_CLOEXEC = 0x80000;
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    /** Linux 6.3; EINVAL before. */
    private static final int MFD_EXEC = 0x10;

    private static final int F_ADD_SEALS = 1033;
    private static final int F_SEAL_ALL = 0xf;
    private static final int POLLIN = 1;
    private static final int P_PID = 1;
    private static final int SEEK_END = 2;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int PR_GET_CHILD_SUBREAPER = 37;

    /** struct pidfd_info in its first published size (include/uapi/linux/pidfd.h). */
    private static final int PIDFD_INFO_SIZE = 64;

    private static final int PIDFD_INFO_EXIT_CODE = 60;
    private static final long PIDFD_INFO_EXIT = 1 << 3;
    private static final long PIDFD_GET_INFO = 0xC000_FF0BL | (PIDFD_INFO_SIZE << 16);

    /** posix_spawn_file_actions_t is 80 bytes in glibc and musl on 64 bits; room for more. */
    private static final int FILE_ACTIONS_SIZE = 256;

    private final Syscalls syscalls;

    public JnaProcessCalls(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    @Override
    public Fd executable(byte[] image, String name) {
        long address = Scratch.ofThread().path(name.getBytes(StandardCharsets.UTF_8));
        int fd = ProcessLibC.memfd_create(address, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
        int errno = fd < 0 ? Native.getLastError() : 0;
        if (errno == Errno.EINVAL) {
            fd = ProcessLibC.memfd_create(address, MFD_CLOEXEC | MFD_ALLOW_SEALING);
            errno = fd < 0 ? Native.getLastError() : 0;
        }
        if (errno == Errno.EACCES) {
            return unlinkedFile(image, name);
        }
        if (fd < 0) {
            throw KernelException.of("memfd_create", name, errno);
        }
        Fd held = new Fd(syscalls, fd, "memfd:" + name);
        try {
            if (syscalls.write(held, image, image.length) != image.length) {
                throw KernelException.of("write", held.target(), Errno.ENOSPC);
            }
            if (ProcessLibC.fcntl(fd, F_ADD_SEALS, F_SEAL_ALL) != 0) {
                throw KernelException.of("fcntl(F_ADD_SEALS)", held.target(), Native.getLastError());
            }
            return held;
        } catch (KernelException e) {
            held.close();
            throw e;
        }
    }

    private Fd unlinkedFile(byte[] image, String name) {
        try {
            Path file = Files.createTempFile(
                    name, "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                Files.write(file, image);
                byte[] path = file.toString().getBytes(StandardCharsets.UTF_8);
                if (syscalls.open(path, OpenFlags.O_RDONLY) instanceof Reading.Known<Fd>(Fd held)) {
                    return held;
                }
                throw KernelException.of("openat", file.toString(), Errno.ENOENT);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep " + name + " where it can be executed", e);
        }
    }

    @Override
    public Started start(Fd executable, List<byte[]> arguments, List<byte[]> environment) {
        Scratch scratch = Scratch.ofThread();
        long ends = scratch.reserve(2 * Integer.BYTES);
        if (ProcessLibC.pipe2(ends, O_CLOEXEC) != 0) {
            throw KernelException.of("pipe2", "status of " + executable.target(), Native.getLastError());
        }
        Fd status = new Fd(syscalls, scratch.memory().getInt(0), "status of " + executable.target());
        try (Fd writeEnd = new Fd(syscalls, scratch.memory().getInt(Integer.BYTES), status.target())) {
            return new Started(spawn(executable, writeEnd, arguments, environment), status);
        } catch (KernelException e) {
            status.close();
            throw e;
        }
    }

    private static int spawn(Fd executable, Fd statusEnd, List<byte[]> arguments, List<byte[]> environment) {
        if (!executable.acquire()) {
            throw KernelException.of("posix_spawn", executable.target() + " (closed)", Errno.EBADF);
        }
        try (Memory actions = new Memory(FILE_ACTIONS_SIZE);
                Memory pid = new Memory(Integer.BYTES);
                Memory path =
                        vector(List.of(("/proc/self/fd/" + executable.number()).getBytes(StandardCharsets.US_ASCII)));
                Memory argv = vector(arguments);
                Memory envp = vector(environment)) {
            long fileActions = Pointer.nativeValue(actions);
            check("posix_spawn_file_actions_init", ProcessLibC.posix_spawn_file_actions_init(fileActions));
            try {
                check(
                        "posix_spawn_file_actions_adddup2",
                        ProcessLibC.posix_spawn_file_actions_adddup2(fileActions, statusEnd.number(), STATUS_FD));
                int error = ProcessLibC.posix_spawn(
                        Pointer.nativeValue(pid),
                        path.getLong(0),
                        fileActions,
                        0,
                        Pointer.nativeValue(argv),
                        Pointer.nativeValue(envp));
                if (error != 0) {
                    throw KernelException.of("posix_spawn", executable.target(), error);
                }
                return pid.getInt(0);
            } finally {
                int unused = ProcessLibC.posix_spawn_file_actions_destroy(fileActions);
            }
        } finally {
            executable.release();
        }
    }

    private static void check(String function, int error) {
        if (error != 0) {
            throw KernelException.of(function, "descriptor " + STATUS_FD, error);
        }
    }

    /** A NULL-terminated vector of pointers and, behind it, the strings. */
    private static Memory vector(List<byte[]> strings) {
        long bytes = (strings.size() + 1L) * Long.BYTES;
        for (byte[] s : strings) {
            bytes += s.length + 1L;
        }
        Memory memory = new Memory(bytes);
        long base = Pointer.nativeValue(memory);
        long at = (strings.size() + 1L) * Long.BYTES;
        long slot = 0;
        for (byte[] s : strings) {
            memory.setLong(slot, base + at);
            memory.write(at, s, 0, s.length);
            memory.setByte(at + s.length, (byte) 0);
            slot += Long.BYTES;
            at += s.length + 1L;
        }
        memory.setLong(slot, 0);
        return memory;
    }

    @Override
    public int readWithin(Fd fd, byte[] buffer, int millis) {
        return readableWithin(fd, millis) ? syscalls.read(fd, buffer) : -1;
    }

    @Override
    public boolean readableWithin(Fd fd, int millis) {
        Scratch scratch = Scratch.ofThread();
        long deadline = System.nanoTime() + millis * 1_000_000L;
        while (true) {
            long pollfd = scratch.zeroed(Long.BYTES);
            scratch.memory().putInt(0, fd.number()).putShort(Integer.BYTES, (short) POLLIN);
            int left = (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000L);
            int ready = ProcessLibC.poll(pollfd, 1, left);
            if (ready >= 0) {
                return ready > 0;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw KernelException.of("poll", fd.target(), errno);
            }
        }
    }

    @Override
    public Reading<ExitStatus> waitPid(int pid, boolean block) {
        Scratch scratch = Scratch.ofThread();
        long info = scratch.zeroed(StructLayout.SIGINFO_SIZE);
        while (LibC.waitid(P_PID, pid, info, block ? WEXITED : WEXITED | WNOHANG) != 0) {
            int errno = Native.getLastError();
            if (errno == Errno.ECHILD) {
                return Reading.gone();
            }
            if (errno != Errno.EINTR) {
                throw KernelException.of("waitid", "pid " + pid, errno);
            }
        }
        if (scratch.memory().getInt(StructLayout.SIGINFO_PID) == 0) {
            return Reading.unknown("pid " + pid + " is still running");
        }
        int code = scratch.memory().getInt(StructLayout.SIGINFO_CODE);
        int status = scratch.memory().getInt(StructLayout.SIGINFO_STATUS);
        return Reading.known(
                code == CLD_EXITED
                        ? new ExitStatus.Exited(status)
                        : new ExitStatus.Signaled(status, code == CLD_DUMPED));
    }

    @Override
    public Reading<ExitStatus> exitInfo(Fd pidfd) {
        if (!pidfd.acquire()) {
            return Reading.unknown("the pidfd is closed");
        }
        try {
            Scratch scratch = Scratch.ofThread();
            long info = scratch.zeroed(PIDFD_INFO_SIZE);
            scratch.memory().putLong(0, PIDFD_INFO_EXIT);
            if (ProcessLibC.ioctl(pidfd.number(), PIDFD_GET_INFO, info) != 0) {
                String error = Errno.name(Native.getLastError());
                return Reading.unknown("PIDFD_GET_INFO (Linux 6.15) of " + pidfd.target() + ": " + error);
            }
            if ((scratch.memory().getLong(0) & PIDFD_INFO_EXIT) == 0) {
                return Reading.unknown(pidfd.target() + " was not reaped yet, or this kernel (< 6.15) cannot say");
            }
            return Reading.known(ExitStatus.ofWaitStatus(scratch.memory().getInt(PIDFD_INFO_EXIT_CODE)));
        } finally {
            pidfd.release();
        }
    }

    @Override
    public void seekEnd(Fd fd) {
        if (LibC.lseek(fd.number(), 0, SEEK_END) < 0) {
            throw KernelException.of("lseek", fd.target(), Native.getLastError());
        }
    }

    @Override
    public void setSubreaper(boolean on) {
        if (ProcessLibC.prctl(PR_SET_CHILD_SUBREAPER, on ? 1 : 0, 0, 0, 0) != 0) {
            throw KernelException.of("prctl", "PR_SET_CHILD_SUBREAPER", Native.getLastError());
        }
    }

    @Override
    public boolean isReaper() {
        Scratch scratch = Scratch.ofThread();
        long answer = scratch.zeroed(Integer.BYTES);
        return syscalls.pid() == 1
                || (ProcessLibC.prctl(PR_GET_CHILD_SUBREAPER, answer, 0, 0, 0) == 0
                        && scratch.memory().getInt(0) != 0);
    }
}
