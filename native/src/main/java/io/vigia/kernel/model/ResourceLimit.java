package io.vigia.kernel.model;

/**
 * One of setrlimit(2).
 *
 * @param soft at most {@code hard}
 * @param hard {@link #UNLIMITED} for none
 */
public record ResourceLimit(Kind kind, long soft, long hard) {
    /** RLIM_INFINITY. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    public ResourceLimit {
        if (soft < 0 || soft > hard) {
            throw new IllegalArgumentException("the soft limit " + soft + " is not within the hard one " + hard);
        }
    }

    /** RLIMIT_*, with the kernel's numbers (asm-generic/resource.h), which x86 and ARM share. */
    public enum Kind {
        CPU(0, false),
        FSIZE(1, true),
        DATA(2, true),
        STACK(3, true),
        CORE(4, true),
        RSS(5, true),
        NPROC(6, false),
        NOFILE(7, false),
        MEMLOCK(8, true),
        AS(9, true),
        LOCKS(10, false),
        SIGPENDING(11, false),
        MSGQUEUE(12, true),
        NICE(13, false),
        RTPRIO(14, false),
        RTTIME(15, false);

        private final int number;
        private final boolean bytes;

        Kind(int number, boolean bytes) {
            this.number = number;
            this.bytes = bytes;
        }

        /** Whether it is counted in bytes. */
        public boolean bytes() {
            return bytes;
        }

        public int number() {
            return number;
        }
    }
}
