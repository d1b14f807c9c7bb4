package io.vigia.kernel.sys;

/**
 * Numbers of calls that libc has no function for, or only in versions newer than the oldest supported. Source:
 * arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h; from 424 on they are the same everywhere.
 */
final class SyscallNumbers {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

    static final long GETDENTS64 = ARM ? 61 : 217;
    static final long SCHED_SETATTR = ARM ? 274 : 314;
    static final long SCHED_GETATTR = ARM ? 275 : 315;
    /** Linux 5.1. */
    static final long PIDFD_SEND_SIGNAL = 424;
    /** Linux 5.3. */
    static final long PIDFD_OPEN = 434;

    private SyscallNumbers() {}
}
