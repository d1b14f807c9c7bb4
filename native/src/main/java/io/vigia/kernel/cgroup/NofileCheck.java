package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Syscalls;

/** {@code nofile}: descriptors that may be open; held ones make samples cheap. */
public final class NofileCheck implements DoctorCheck {
    /** A small host's groups, connections and logs fit in this. */
    private static final long ENOUGH = 4_096;

    private final long soft;
    private final long hard;

    public NofileCheck(Syscalls syscalls) {
        this(syscalls.nofileLimit()[0], syscalls.nofileLimit()[1]);
    }

    NofileCheck(long soft, long hard) {
        this.soft = soft;
        this.hard = hard;
    }

    @Override
    public String name() {
        return "nofile";
    }

    @Override
    public Support probe() {
        String detail = "soft " + text(soft) + ", hard " + text(hard);
        return soft >= 0 && soft < ENOUGH
                ? new Support.Degraded(
                        detail + ": files are opened for every sample instead of held", "LimitNOFILE=65536 in the unit")
                : new Support.Available(detail);
    }

    private static String text(long limit) {
        return limit < 0 ? "unlimited" : Long.toString(limit);
    }
}
