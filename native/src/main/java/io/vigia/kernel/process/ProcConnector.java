package io.vigia.kernel.process;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.event.KernelEvent.ProcessExeced;
import io.vigia.kernel.event.KernelEvent.ProcessExited;
import io.vigia.kernel.event.KernelEvent.ProcessForked;
import io.vigia.kernel.event.KernelEvent.Source;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.parse.ProcConnectorMessage;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forks, execs and exits of every process of the host, from the kernel's proc connector (NETLINK_CONNECTOR, CN_IDX_PROC). Owned by the
 * kernel loop.
 *
 * <p>What the kernel drops under load is counted exactly, from the numbers that it gives to messages per CPU (from the first message of
 * each CPU on; {@link LossHandler} is told of what is lost before it, too). That is why
 * the event filter of Linux 6.6 is not used: filtered messages are numbered, too, so each would look lost. After a
 * loss {@link LossHandler} is told, to reconcile from {@code /proc}.
 *
 * <p>Outside of the host's own PID and user namespace the kernel ignores the request without a word, and outside of its network
 * namespace nobody is there to hear it: then {@link ProcScanner} has to do.
 */
public final class ProcConnector implements AutoCloseable {
    /** 32 MiB take a second of 16,000 forks, execs and exits; the 208 KiB default loses most of them. */
    public static final int DEFAULT_BUFFER_BYTES = 32 << 20;

    private static final int NETLINK_CONNECTOR = 11;
    private static final int CN_IDX_PROC = 1;
    private static final int LISTEN = 1;
    private static final int IGNORE = 2;
    private static final long ACK_MILLIS = 1000;
    /** Above the longest message of this protocol. */
    private static final int DATAGRAM_BYTES = 512;

    private static final int READS_PER_WAKE_UP = 1024;
    private static final String REMEDY =
            "run vigia in the host's network, PID and user namespaces, with CAP_NET_ADMIN (not needed from Linux 6.6"
                    + " on)";

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Consumer<KernelEvent> sink;
    private final LossHandler onLoss;
    private final Consumer<Support> onProbed;
    private final Fd socket;
    private final KernelLoop.Registration registration;
    private final KernelLoop.Timer ackTimer;

    private final byte[] datagram = new byte[DATAGRAM_BYTES];
    private final ProcConnectorMessage message = new ProcConnectorMessage();
    private final SequenceGaps gaps = new SequenceGaps();
    private final ThreadGroups threads = new ThreadGroups();
    private boolean probed;
    private boolean closed;
    private long received;
    private long lost;

    private ProcConnector(
            KernelLoop loop,
            Syscalls syscalls,
            Fd socket,
            Consumer<KernelEvent> sink,
            LossHandler onLoss,
            Consumer<Support> onProbed) {
        this.loop = loop;
        this.syscalls = syscalls;
        this.socket = socket;
        this.sink = sink;
        this.onLoss = onLoss;
        this.onProbed = onProbed;
        this.registration = loop.register(socket, KernelLoop.EPOLLIN, this::ready);
        this.ackTimer = loop.schedule(ACK_MILLIS, this::silent);
    }

    /**
     * Starts listening. Loop thread only; so are all callbacks.
     *
     * @param onProbed called once, when the kernel has answered or the time for it was up; if it says missing, the
     *     connector has closed itself
     * @return {@code null} when it could not even start; {@code onProbed} was called then
     */
    public static @Nullable ProcConnector start(
            KernelLoop loop,
            Syscalls syscalls,
            int receiveBufferBytes,
            Consumer<KernelEvent> sink,
            LossHandler onLoss,
            Consumer<Support> onProbed) {
        loop.requireInLoop();
        Fd socket = null;
        try {
            socket = syscalls.netlinkSocket(NETLINK_CONNECTOR, CN_IDX_PROC, receiveBufferBytes);
            byte[] request = ProcConnectorMessage.request(LISTEN, syscalls.pid());
            int unused = syscalls.write(socket, request, request.length);
            return new ProcConnector(loop, syscalls, socket, sink, onLoss, onProbed);
        } catch (KernelException e) {
            if (socket != null) {
                socket.close();
            }
            onProbed.accept(new Support.Missing("the proc connector refuses: " + e.getMessage(), REMEDY));
            return null;
        }
    }

    /** Told that messages were lost, once per wake-up, after what was received has been given to the sink. */
    @FunctionalInterface
    public interface LossHandler {
        /** {@code count}: how many are known to be lost by now; 0 when the kernel said so but the count is still to come. */
        void lost(long count);
    }

    /** Takes what has come by now, in the middle of the loop's turn. Loop thread only. */
    public void readNow() {
        loop.requireInLoop();
        if (!closed) {
            ready(KernelLoop.EPOLLIN, System.nanoTime());
        }
    }

    /** From /proc, for processes that lived before this listened: without it the end of a first thread is taken for the end of all. */
    public void knownThreads(int tgid, int count) {
        loop.requireInLoop();
        threads.known(tgid, count);
    }

    /** Messages of every kind, for an account against {@link #lost()}. Loop thread only. */
    public long received() {
        return received;
    }

    /** Messages of every kind that were sent and not received, as far as later ones have shown. Loop thread only. */
    public long lost() {
        return lost;
    }

    private void silent() {
        if (!probed && !closed) {
            answer(new Support.Missing(
                    "the proc connector does not answer: this process is not in the host's PID or user namespace",
                    REMEDY));
        }
    }

    private void answer(Support support) {
        probed = true;
        ackTimer.cancel();
        if (!support.usable()) {
            close();
        }
        onProbed.accept(support);
    }

    private void ready(int bits, long nanos) {
        long missing = 0;
        boolean overrun = false;
        for (int i = 0; i < READS_PER_WAKE_UP && !closed; i++) {
            int n;
            try {
                n = syscalls.read(socket, datagram);
            } catch (KernelException e) {
                if (e.errno() != Errno.ENOBUFS) {
                    throw e;
                }
                overrun = true;
                continue;
            }
            if (n <= 0) {
                break;
            }
            missing += take(n, nanos);
        }
        if (missing > 0) {
            lost += missing;
            sink.accept(new EventsLost(Source.CONNECTOR, missing, nanos));
        }
        if (missing > 0 || overrun) {
            threads.clear();
            onLoss.lost(missing);
        }
    }

    /** Gives what it means to the sink; how many messages are missing before it. */
    private long take(int length, long nanos) {
        ProcConnectorMessage.Kind kind = message.read(datagram, length);
        if (kind == ProcConnectorMessage.Kind.MALFORMED) {
            return 0;
        }
        if (kind == ProcConnectorMessage.Kind.ACK) {
            // Also sent to us when somebody else asks to listen; only the first one is ours.
            if (!probed) {
                answer(
                        message.status() == 0
                                ? new Support.Available("proc connector, every loss counted")
                                : new Support.Missing(
                                        "the proc connector refuses: " + Errno.name(message.status()), REMEDY));
            }
            // Newer kernels number answers like events; older ones say CPU -1 and give them no number.
            return message.cpu() < 0 ? 0 : gaps.missingBefore(message.cpu(), message.sequence());
        }
        received++;
        long missing = gaps.missingBefore(message.cpu(), message.sequence());
        switch (kind) {
            case FORK -> forked(nanos);
            case EXEC -> {
                threads.execed(message.tgid());
                sink.accept(new ProcessExeced(message.tgid(), nanos));
            }
            case EXIT -> exited(nanos);
            case ACK, OTHER, MALFORMED -> {}
        }
        return missing;
    }

    private void forked(long nanos) {
        if (message.pid() == message.tgid()) {
            sink.accept(new ProcessForked(message.parentTgid(), message.pid(), nanos));
        } else {
            threads.threadStarted(message.tgid());
        }
    }

    private void exited(long nanos) {
        int status = threads.threadEnded(message.pid(), message.tgid(), message.status());
        if (status >= 0) {
            sink.accept(
                    new ProcessExited(message.tgid(), message.parentTgid(), ExitStatus.ofWaitStatus(status), nanos));
        }
    }

    /** Loop thread only; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ackTimer.cancel();
            registration.cancel();
            try {
                byte[] request = ProcConnectorMessage.request(IGNORE, syscalls.pid());
                int unused = syscalls.write(socket, request, request.length);
            } catch (KernelException e) {
                // The kernel counts listeners down when the socket is closed, too (Linux 6.6).
            }
            socket.close();
        }
    }
}
