package io.vigia.kernel.sys;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * libc by JNA direct mapping. Every argument is a primitive, addresses included, because that is the path without
 * conversions; JNA keeps errno per thread until the thread's next call. Variadic functions take their few integers in
 * registers on x86-64 and aarch64 like any other.
 */
final class LibC {
    static {
        Native.register(LibC.class, Platform.C_LIBRARY_NAME);
    }

    private LibC() {}

    static native int openat(int directory, long path, int flags);

    static native long pread(int fd, long buffer, long count, long offset);

    static native long read(int fd, long buffer, long count);

    static native long write(int fd, long buffer, long count);

    static native long lseek(int fd, long offset, int whence);

    static native int close(int fd);

    static native int mkdirat(int directory, long path, int mode);

    static native int unlinkat(int directory, long path, int flags);

    static native int statx(int directory, long path, int flags, int mask, long buffer);

    static native int fallocate(int fd, int mode, long offset, long length);

    static native int eventfd(int initial, int flags);

    static native int inotify_init1(int flags);

    static native int inotify_add_watch(int fd, long path, int mask);

    static native int inotify_rm_watch(int fd, int watch);

    static native int socket(int domain, int type, int protocol);

    static native int setsockopt(int fd, int level, int name, long value, int length);

    static native int bind(int fd, long address, int length);

    static native int connect(int fd, long address, int length);

    static native int waitid(int idType, int id, long siginfo, int options);

    static native int getrlimit(int resource, long limit);

    static native int getpid();

    static native long syscall(long number, long a, long b, long c, long d);
}
