package io.vigia.kernel.sys;

/**
 * The kernel refused a call. Sealed into what callers treat differently; <em>gone</em> is not here, because it is a
 * result ({@link io.vigia.kernel.model.Reading.Gone}).
 */
public abstract sealed class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String syscall;
    private final String target;
    private final int errno;

    private KernelException(String syscall, String target, int errno) {
        super(syscall + " " + target + ": " + Errno.name(errno));
        this.syscall = syscall;
        this.target = target;
        this.errno = errno;
    }

    /** Sorted by errno. */
    public static KernelException of(String syscall, String target, int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES, Errno.EROFS -> new Denied(syscall, target, errno);
            case Errno.EOPNOTSUPP, Errno.ENOSYS -> new Unsupported(syscall, target, errno);
            case Errno.EBUSY, Errno.EAGAIN -> new Busy(syscall, target, errno);
            default -> new Other(syscall, target, errno);
        };
    }

    public String syscall() {
        return syscall;
    }

    /** What it was called on: a path, a PID, or path and data. */
    public String target() {
        return target;
    }

    public int errno() {
        return errno;
    }

    /** EPERM, EACCES, EROFS. */
    public static final class Denied extends KernelException {
        private static final long serialVersionUID = 1L;

        private Denied(String syscall, String target, int errno) {
            super(syscall, target, errno);
        }
    }

    /** EOPNOTSUPP, ENOSYS. */
    public static final class Unsupported extends KernelException {
        private static final long serialVersionUID = 1L;

        private Unsupported(String syscall, String target, int errno) {
            super(syscall, target, errno);
        }
    }

    /** EBUSY, EAGAIN. */
    public static final class Busy extends KernelException {
        private static final long serialVersionUID = 1L;

        private Busy(String syscall, String target, int errno) {
            super(syscall, target, errno);
        }
    }

    /** Anything else. */
    public static final class Other extends KernelException {
        private static final long serialVersionUID = 1L;

        private Other(String syscall, String target, int errno) {
            super(syscall, target, errno);
        }
    }
}
