package io.vigia.kernel.sys;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/** The part of libc that starts, watches and reaps processes; see {@link LibC} for how. */
final class ProcessLibC {
    static {
        Native.register(ProcessLibC.class, Platform.C_LIBRARY_NAME);
    }

    private ProcessLibC() {}

    static native int pipe2(long fds, int flags);

    static native int poll(long pollfds, long count, int timeoutMillis);

    static native int memfd_create(long name, int flags);

    static native int fcntl(int fd, int operation, int argument);

    static native int ioctl(int fd, long request, long argument);

    static native int prctl(int option, long a, long b, long c, long d);

    /** Returns the error number instead of setting errno, as does every function below. */
    static native int posix_spawn(long pid, long path, long fileActions, long attributes, long argv, long envp);

    static native int posix_spawn_file_actions_init(long fileActions);

    static native int posix_spawn_file_actions_adddup2(long fileActions, int fd, int newFd);

    static native int posix_spawn_file_actions_destroy(long fileActions);
}
