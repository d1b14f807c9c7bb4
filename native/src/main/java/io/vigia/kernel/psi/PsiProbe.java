package io.vigia.kernel.psi;

import io.vigia.kernel.model.PressureKind;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.Syscalls;
import java.nio.charset.StandardCharsets;

/**
 * Asks the kernel once which pressure triggers it gives to this process, by arming one with a window of 1 s and letting it go. Its
 * answer counts, not the capability set alone: CAP_SYS_RESOURCE must be had in the initial user namespace.
 */
public final class PsiProbe {
    static final int OPEN_FLAGS = OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK;
    private static final byte[] SYSTEM_FILE = "/proc/pressure/cpu".getBytes(StandardCharsets.US_ASCII);
    private static final PressureTrigger ONE_SECOND =
            new PressureTrigger(Resource.CPU, PressureKind.SOME, 1_000_000, 1_000_000);

    private PsiProbe() {}

    /** For {@code doctor}, and for what triggers may expect. */
    public static Support probe(Syscalls syscalls) {
        return support(rule(syscalls), Capability.hasSysResource());
    }

    static Answer rule(Syscalls syscalls) {
        try {
            if (!(syscalls.open(SYSTEM_FILE, OPEN_FLAGS) instanceof Reading.Known<Fd>(Fd file))) {
                return new Answer.No(new Support.Missing(
                        "there is no /proc/pressure: pressure accounting is turned off (psi=0), or the kernel was built"
                                + " without it (CONFIG_PSI) or is older than 4.20",
                        "boot with psi=1 on the kernel command line, on a kernel with CONFIG_PSI=y"));
            }
            try (file) {
                write(syscalls, file, ONE_SECOND);
                return new Answer.Yes(WindowRule.FREE);
            }
        } catch (KernelException e) {
            return switch (e.errno()) {
                case Errno.EINVAL -> new Answer.Yes(WindowRule.TWO_SECONDS);
                case Errno.EOPNOTSUPP -> new Answer.No(turnedOff(e));
                // Not the kernel's word on windows but on this file: a read-only /proc says nothing of a cgroup's file.
                default -> new Answer.Yes(Capability.hasSysResource() ? WindowRule.FREE : WindowRule.TWO_SECONDS);
            };
        }
    }

    static Support.Missing turnedOff(KernelException e) {
        return new Support.Missing(
                "pressure accounting is turned off (" + e.getMessage() + ")",
                "boot with psi=1 on the kernel command line; for one cgroup write 1 to its cgroup.pressure");
    }

    private static Support support(Answer answer, boolean capable) {
        return switch (answer) {
            case Answer.No(Support.Missing why) -> why;
            case Answer.Yes(WindowRule rule) ->
                rule == WindowRule.TWO_SECONDS
                        ? new Support.Degraded(
                                "windows of pressure triggers are rounded up to a multiple of 2 s"
                                        + (capable ? ", although CAP_SYS_RESOURCE is there" : ""),
                                "run with CAP_SYS_RESOURCE in the initial user namespace")
                        : new Support.Available("triggers with any window up to 10 s");
        };
    }

    /** With the final NUL: the kernel drops the last byte of what it is given. */
    static void write(Syscalls syscalls, Fd file, PressureTrigger trigger) {
        String text = trigger.kind().kernelName() + " " + trigger.stallUsec() + " " + trigger.windowUsec() + "\0";
        byte[] data = text.getBytes(StandardCharsets.US_ASCII);
        int unused = syscalls.write(file, data, data.length);
    }

    /** Of the kernel. */
    sealed interface Answer {
        record Yes(WindowRule rule) implements Answer {}

        record No(Support.Missing why) implements Answer {}
    }
}
