package io.vigia.kernel.process;

import io.vigia.kernel.sys.Errno;

/** A process could not be started; says at which step, on what, and why. */
public final class SpawnException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String step;
    private final int errno;

    public SpawnException(String step, String target, int errno) {
        super("cannot start: " + step + " " + target + ": " + Errno.name(errno));
        this.step = step;
        this.errno = errno;
    }

    public String step() {
        return step;
    }

    public int errno() {
        return errno;
    }
}
