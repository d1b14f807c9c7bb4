package io.vigia.kernel.kmsg;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.event.KernelEvent.ForksRefused;
import io.vigia.kernel.event.KernelEvent.OomVictimChosen;
import io.vigia.kernel.event.KernelEvent.Source;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.parse.ForksRefusedLine;
import io.vigia.kernel.parse.OomLine;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.ProcessCalls;
import io.vigia.kernel.sys.Syscalls;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The victims of the OOM killer and the groups that ran into {@code pids.max}, from the kernel's log ({@code /dev/kmsg}) from now on. Owned
 * by the kernel loop.
 */
public final class KernelLog implements AutoCloseable {
    private static final String DEVICE = "/dev/kmsg";
    /** CONSOLE_EXT_LOG_MAX: EINVAL for a longer record. */
    private static final int RECORD_BYTES = 8192;

    private static final int READS_PER_WAKE_UP = 256;
    /** The second line follows the first at once, unless the log is flooded. */
    private static final long SECOND_LINE_MILLIS = 200;

    /** Where the size is not known. */
    public static final long UNKNOWN_BYTES = -1;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Fd device;
    private final Consumer<KernelEvent> sink;
    private final KernelLoop.Registration registration;
    private final byte[] record = new byte[RECORD_BYTES];

    private OomLine.@Nullable Chosen chosen;
    private long chosenNanos;
    private boolean closed;

    private KernelLog(KernelLoop loop, Syscalls syscalls, Fd device, Consumer<KernelEvent> sink) {
        this.loop = loop;
        this.syscalls = syscalls;
        this.device = device;
        this.sink = sink;
        this.registration = loop.register(device, KernelLoop.EPOLLIN, this::ready);
    }

    /**
     * Starts reading. Loop thread only; so is {@code sink}.
     *
     * @param onProbed called once, before this returns
     * @return {@code null} when it cannot be read
     */
    public static @Nullable KernelLog start(
            KernelLoop loop,
            Syscalls syscalls,
            ProcessCalls calls,
            Consumer<KernelEvent> sink,
            Consumer<Support> onProbed) {
        loop.requireInLoop();
        String remedy = "CAP_SYSLOG (where kernel.dmesg_restrict is set), and " + DEVICE + " in this mount namespace";
        try {
            byte[] path = DEVICE.getBytes(StandardCharsets.US_ASCII);
            if (syscalls.open(path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK) instanceof Reading.Known<Fd>(Fd fd)) {
                calls.seekEnd(fd);
                KernelLog log = new KernelLog(loop, syscalls, fd, sink);
                onProbed.accept(new Support.Available(DEVICE));
                return log;
            }
            onProbed.accept(
                    new Support.Missing(DEVICE + " is not there: OOM victims are counted but not named", remedy));
        } catch (KernelException e) {
            onProbed.accept(new Support.Missing(e.getMessage() + ": OOM victims are counted but not named", remedy));
        }
        return null;
    }

    /**
     * Takes what has been logged by now, in the middle of the loop's turn: the kernel logs whom it kills at once and wakes the
     * log's readers by its next tick, when the killed may long be known to have ended. Loop thread only.
     */
    public void readNow() {
        loop.requireInLoop();
        if (!closed) {
            ready(KernelLoop.EPOLLIN, System.nanoTime());
        }
    }

    private void ready(int bits, long nanos) {
        for (int i = 0; i < READS_PER_WAKE_UP && !closed; i++) {
            int n;
            try {
                n = syscalls.read(device, record);
            } catch (KernelException e) {
                if (e.errno() != Errno.EPIPE) {
                    throw e;
                }
                // Overwritten before it was read; the next read goes on with the oldest record that is left.
                sink.accept(new EventsLost(Source.KMSG, -1, nanos));
                continue;
            }
            if (n <= 0) {
                break;
            }
            take(new String(record, 0, n, StandardCharsets.ISO_8859_1), nanos);
        }
    }

    private void take(String text, long nanos) {
        switch (OomLine.parse(text)) {
            case OomLine.Chosen line -> {
                flush();
                chosen = line;
                chosenNanos = nanos;
                KernelLoop.Timer unused = loop.schedule(SECOND_LINE_MILLIS, () -> flush(line));
            }
            case OomLine.Killed line -> killed(line, nanos);
            case OomLine.Other other -> {
                CgroupPath refused = ForksRefusedLine.parse(text);
                if (refused != null) {
                    sink.accept(new ForksRefused(refused, nanos));
                }
            }
        }
    }

    private void killed(OomLine.Killed line, long nanos) {
        OomLine.Chosen first = chosen;
        if (first != null && first.pid() == line.pid()) {
            chosen = null;
            tell(first, line.anonRssBytes(), nanos);
        } else {
            flush();
            sink.accept(new OomVictimChosen(line.pid(), line.comm(), null, null, line.anonRssBytes(), nanos));
        }
    }

    private void flush(OomLine.Chosen ifStill) {
        if (ifStill.equals(chosen) && !closed) {
            flush();
        }
    }

    private void flush() {
        OomLine.Chosen first = chosen;
        if (first != null) {
            chosen = null;
            tell(first, UNKNOWN_BYTES, chosenNanos);
        }
    }

    private void tell(OomLine.Chosen line, long anonRssBytes, long nanos) {
        sink.accept(new OomVictimChosen(line.pid(), line.comm(), line.group(), line.limitedBy(), anonRssBytes, nanos));
    }

    /** Loop thread only; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            registration.cancel();
            device.close();
        }
    }
}
