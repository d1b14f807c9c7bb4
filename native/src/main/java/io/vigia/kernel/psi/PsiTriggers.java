package io.vigia.kernel.psi;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.parse.PressureText;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pressure triggers of cgroups as events (Documentation/accounting/psi.rst). Events carry the trigger as it was asked for. Each costs
 * a descriptor, and with CAP_SYS_RESOURCE a kernel thread for each group. Kernel-loop thread only.
 */
public final class PsiTriggers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PsiTriggers.class);

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Consumer<? super KernelEvent> sink;
    private final Set<Armed> armed = new HashSet<>();
    /** For reading; two lines have some 150 bytes. */
    private final byte[] line = new byte[512];

    private PsiProbe.@Nullable Answer answer;
    private boolean warned;

    /** {@code sink} gets the events, on the loop. */
    public PsiTriggers(KernelLoop loop, Syscalls syscalls, Consumer<? super KernelEvent> sink) {
        this.loop = loop;
        this.syscalls = syscalls;
        this.sink = sink;
    }

    /** {@code directory} is the group's in the v2 tree, opened; it stays the caller's. */
    public Arming arm(Fd directory, CgroupPath path, CgroupId id, PressureTrigger wanted) {
        loop.requireInLoop();
        PsiProbe.Answer said = answer;
        if (said == null) {
            said = PsiProbe.rule(syscalls);
            answer = said;
        }
        return switch (said) {
            case PsiProbe.Answer.No(Support.Missing why) -> new Arming.Unavailable(why);
            case PsiProbe.Answer.Yes(WindowRule rule) -> arm(directory, path, id, wanted, rule);
        };
    }

    private Arming arm(Fd directory, CgroupPath path, CgroupId id, PressureTrigger wanted, WindowRule first) {
        PressureTrigger tried = null;
        for (WindowRule rule : WindowRule.values()) {
            PressureTrigger next = rule.granted(wanted);
            if (rule.compareTo(first) < 0 || next.equals(tried)) {
                continue;
            }
            tried = next;
            Arming result = tryToArm(directory, path, id, wanted, next);
            if (result != null) {
                return result;
            }
        }
        return new Arming.Unavailable(new Support.Missing(
                "the kernel takes no trigger on " + wanted.resource().pressureFile() + " of " + path + ": EINVAL",
                "before Linux 6.5 triggers want CAP_SYS_RESOURCE; irq has only full, system-wide cpu only some"));
    }

    /** {@code null} for EINVAL: the window does not suit. */
    private @Nullable Arming tryToArm(
            Fd directory, CgroupPath path, CgroupId id, PressureTrigger wanted, PressureTrigger granted) {
        String file = wanted.resource().pressureFile();
        try {
            Reading<Fd> opened =
                    syscalls.openAt(directory, file.getBytes(US_ASCII), PsiProbe.OPEN_FLAGS, path + "/" + file);
            if (!(opened instanceof Reading.Known<Fd>(Fd fd))) {
                return missingOrGone(directory, path, file);
            }
            return armOpened(fd, path, id, wanted, granted);
        } catch (KernelException e) {
            return switch (e.errno()) {
                case Errno.EINVAL -> null;
                case Errno.ENOENT, Errno.ENODEV -> new Arming.Gone();
                case Errno.EOPNOTSUPP -> new Arming.Unavailable(PsiProbe.turnedOff(e));
                default ->
                    new Arming.Unavailable(new Support.Missing(String.valueOf(e.getMessage()), remedy(e.errno())));
            };
        }
    }

    /** A live cgroup may lack the file: the root has none on some kernels, irq.pressure came with Linux 6.1. */
    private Arming missingOrGone(Fd directory, CgroupPath path, String file) {
        boolean alive = syscalls.inodeAt(directory, "cgroup.procs".getBytes(US_ASCII)) instanceof Reading.Known<Long>;
        return alive
                ? new Arming.Unavailable(new Support.Missing(
                        "this kernel has no " + file + " in " + path, "use a kernel with CONFIG_PSI=y"))
                : new Arming.Gone();
    }

    private Arming armOpened(Fd fd, CgroupPath path, CgroupId id, PressureTrigger wanted, PressureTrigger granted) {
        try {
            PsiProbe.write(syscalls, fd, granted);
        } catch (KernelException e) {
            fd.close();
            throw e;
        }
        Armed handle = new Armed(fd, path, id, wanted);
        handle.registration = loop.register(fd, KernelLoop.EPOLLPRI | KernelLoop.EPOLLERR, handle::ready);
        armed.add(handle);
        return new Arming.Armed(granted, warning(wanted, granted), handle);
    }

    private @Nullable String warning(PressureTrigger wanted, PressureTrigger granted) {
        if (warned || wanted.equals(granted)) {
            return null;
        }
        warned = true;
        String text =
                "Windows of pressure triggers are made longer, with the same share of stall: " + wanted.windowUsec()
                        + " us became " + granted.windowUsec()
                        + " us. Without CAP_SYS_RESOURCE the kernel takes multiples of 2 s only; grant it for shorter"
                        + " ones.";
        LOG.warn("{}", text);
        return text;
    }

    private static String remedy(int errno) {
        return switch (errno) {
            case Errno.EACCES, Errno.EPERM -> "run as root or as the owner of the cgroup";
            case Errno.EROFS -> "mount the cgroup tree writable";
            case Errno.EMFILE -> "raise the limit of open files (LimitNOFILE=, ulimit -n)";
            default -> "";
        };
    }

    /** How many are armed. */
    public int count() {
        return armed.size();
    }

    /** Disarms all. */
    @Override
    public void close() {
        loop.requireInLoop();
        Set.copyOf(armed).forEach(Armed::disarm);
    }

    private final class Armed implements Arming.Handle {
        private final Fd fd;
        private final CgroupPath path;
        private final CgroupId id;
        private final PressureTrigger wanted;
        private KernelLoop.@Nullable Registration registration;

        Armed(Fd fd, CgroupPath path, CgroupId id, PressureTrigger wanted) {
            this.fd = fd;
            this.path = path;
            this.id = id;
            this.wanted = wanted;
        }

        /** EPOLLERR stays up once the cgroup is gone: without a cancel the loop would spin. */
        void ready(int bits, long nanos) {
            if ((bits & (KernelLoop.EPOLLERR | KernelLoop.EPOLLHUP)) != 0) {
                disarm();
                sink.accept(new KernelEvent.PressureTriggerLost(path, id, wanted, nanos));
            } else if ((bits & KernelLoop.EPOLLPRI) != 0) {
                sink.accept(new KernelEvent.PressureCrossed(path, id, wanted, nanos));
            }
        }

        @Override
        public Reading<Pressure> pressure() {
            loop.requireInLoop();
            if (!armed.contains(this)) {
                return Reading.gone();
            }
            return switch (syscalls.pread(fd, line, 0)) {
                case Reading.Known<Integer>(Integer length) -> parsed(new String(line, 0, length, US_ASCII));
                case Reading.Gone<Integer>() -> Reading.gone();
                case Reading.Unknown<Integer>(String why) -> Reading.unknown(why);
            };
        }

        private Reading<Pressure> parsed(String text) {
            try {
                return Reading.known(PressureText.parse(text));
            } catch (IllegalArgumentException e) {
                return Reading.unknown(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void disarm() {
            loop.requireInLoop();
            if (armed.remove(this)) {
                if (registration != null) {
                    registration.cancel();
                }
                fd.close();
            }
        }
    }
}
