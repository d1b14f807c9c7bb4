package io.vigia.kernel.sys;

/**
 * Flags of open(2), whose values differ between architectures (arch/arm64/include/uapi/asm/fcntl.h). O_CLOEXEC is not
 * here: {@link Syscalls} always adds it.
 */
public final class OpenFlags {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    public static final int O_PATH = 0x200000;

    private OpenFlags() {}
}
