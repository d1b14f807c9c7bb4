package io.vigia.kernel.sys;

/**
 * Sizes and offsets, in bytes, of the structures that are read or written as raw memory; the same on x86-64 and aarch64.
 * A test compares each with what the C compiler says.
 */
final class StructLayout {
    /** struct statx (include/uapi/linux/stat.h). */
    static final int STATX_SIZE = 256;

    static final int STATX_MODE = 28;
    static final int STATX_INO = 32;
    static final int STATX_MTIME = 112;

    /** struct linux_dirent64 (getdents64(2)). */
    static final int DIRENT_INO = 0;

    static final int DIRENT_RECLEN = 16;
    static final int DIRENT_TYPE = 18;
    static final int DIRENT_NAME = 19;

    /** siginfo_t as waitid(2) fills it. */
    static final int SIGINFO_SIZE = 128;

    static final int SIGINFO_CODE = 8;
    static final int SIGINFO_PID = 16;
    static final int SIGINFO_STATUS = 24;

    /** struct sockaddr_nl (netlink(7)). */
    static final int SOCKADDR_NL_SIZE = 12;

    static final int SOCKADDR_NL_FAMILY = 0;
    static final int SOCKADDR_NL_PID = 4;
    static final int SOCKADDR_NL_GROUPS = 8;

    /** struct rlimit (getrlimit(2)). */
    static final int RLIMIT_SIZE = 16;

    static final int RLIMIT_MAX = 8;

    /** struct sched_attr (sched_setattr(2)), as the first kernels with it have it. */
    static final int SCHED_ATTR_SIZE = 48;

    static final int SCHED_ATTR_POLICY = 4;
    static final int SCHED_ATTR_FLAGS = 8;
    static final int SCHED_ATTR_RUNTIME = 24;

    private StructLayout() {}
}
