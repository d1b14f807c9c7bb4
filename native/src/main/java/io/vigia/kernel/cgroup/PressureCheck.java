package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.nio.charset.StandardCharsets;

/** {@code psi}: whether pressure is accounted, and which trigger windows the kernel takes from us (psi.rst). */
public final class PressureCheck implements DoctorCheck {
    private static final String FILE = "/proc/pressure/cpu";

    private final Syscalls syscalls;

    public PressureCheck(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    @Override
    public String name() {
        return "psi";
    }

    @Override
    public Support probe() {
        try {
            if (takes(1_000_000)) {
                return new Support.Available("triggers with windows from 500 ms to 10 s");
            }
            return takes(PressureTrigger.UNPRIVILEGED_WINDOW_STEP_USEC)
                    ? new Support.Degraded(
                            "trigger windows must be a multiple of 2 s; others are rounded up",
                            "give vigia CAP_SYS_RESOURCE")
                    : new Support.Missing("the kernel takes no trigger on " + FILE, "use Linux 5.2 or newer");
        } catch (KernelException e) {
            return new Support.Missing(
                    String.valueOf(e.getMessage()), "boot with psi=1, on a kernel with CONFIG_PSI, and run as root");
        }
    }

    private boolean takes(long windowUsec) {
        Reading<Fd> opened =
                syscalls.open(FILE.getBytes(StandardCharsets.US_ASCII), OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK);
        if (!(opened instanceof Reading.Known<Fd>(Fd fd))) {
            throw KernelException.of("open", FILE, Errno.ENOENT);
        }
        try (fd) {
            byte[] trigger = ("some " + windowUsec / 2 + " " + windowUsec + "\0").getBytes(StandardCharsets.US_ASCII);
            syscalls.write(fd, trigger, trigger.length);
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.EINVAL) {
                return false;
            }
            throw e;
        }
    }
}
