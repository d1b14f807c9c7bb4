package io.vigia.kernel.link;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.event.KernelEvent.LinkChanged;
import io.vigia.kernel.event.KernelEvent.LinkChanged.Change;
import io.vigia.kernel.event.KernelEvent.Source;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.parse.LinkMessage;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Network interfaces of this network namespace, from rtnetlink(7) (RTMGRP_LINK). Those that are there at the start are
 * the base and give no event; after a loss all are asked for again and the difference is told, then the loss. Owned by the kernel loop.
 */
public final class LinkWatcher implements AutoCloseable {
    private static final int NETLINK_ROUTE = 0;
    private static final int RTMGRP_LINK = 1;
    private static final int BUFFER_BYTES = 1 << 20;
    /** The kernel fills dump datagrams up to the size that was read last, at most 32 KiB. */
    private static final int DATAGRAM_BYTES = 32 * 1024;

    private static final int READS_PER_WAKE_UP = 256;
    private static final long RETRY_MILLIS = 1_000;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final Fd socket;
    private final Consumer<KernelEvent> sink;
    private final Consumer<Support> onReady;
    private final KernelLoop.Registration registration;
    private final byte[] datagram = new byte[DATAGRAM_BYTES];
    private final Map<Integer, LinkMessage.Present> links = new HashMap<>();

    /** While a dump is on its way: what was seen since. */
    private @Nullable Set<Integer> dumped;

    private boolean dumpAgain;
    /** Of messages that were lost and whose dump is still to come. */
    private boolean lost;

    private boolean ready;
    private int sequence;
    private boolean closed;

    private LinkWatcher(
            KernelLoop loop, Syscalls syscalls, Fd socket, Consumer<KernelEvent> sink, Consumer<Support> onReady) {
        this.loop = loop;
        this.syscalls = syscalls;
        this.socket = socket;
        this.sink = sink;
        this.onReady = onReady;
        this.registration = loop.register(socket, KernelLoop.EPOLLIN, this::ready);
    }

    /**
     * Starts watching. Loop thread only; so are the callbacks.
     *
     * @param onReady called once: when the links of the start are known, or it cannot be done
     * @return {@code null} when it cannot be done
     */
    public static @Nullable LinkWatcher start(
            KernelLoop loop, Syscalls syscalls, Consumer<KernelEvent> sink, Consumer<Support> onReady) {
        loop.requireInLoop();
        Fd socket = null;
        try {
            socket = syscalls.netlinkSocket(NETLINK_ROUTE, RTMGRP_LINK, BUFFER_BYTES);
            LinkWatcher watcher = new LinkWatcher(loop, syscalls, socket, sink, onReady);
            watcher.dump();
            return watcher;
        } catch (KernelException e) {
            if (socket != null) {
                socket.close();
            }
            onReady.accept(new Support.Missing(e.getMessage() + ": links are not watched", ""));
            return null;
        }
    }

    private void dump() {
        dumped = new HashSet<>();
        dumpAgain = false;
        byte[] request = LinkMessage.dumpRequest(++sequence);
        int unused = syscalls.write(socket, request, request.length);
    }

    private void ready(int bits, long nanos) {
        for (int i = 0; i < READS_PER_WAKE_UP && !closed; i++) {
            int n;
            try {
                n = syscalls.read(socket, datagram);
            } catch (KernelException e) {
                if (e.errno() != Errno.ENOBUFS) {
                    throw e;
                }
                lost = true;
                dumpAgain = true;
                continue;
            }
            if (n <= 0) {
                // Only now: what was queued before the loss is older than the dump, and would pass for its news. And
                // EBUSY for a
                // second dump beside one that is on its way.
                if (dumpAgain && dumped == null) {
                    dump();
                }
                break;
            }
            LinkMessage.parse(datagram, n).forEach(message -> take(message, nanos));
        }
    }

    private void take(LinkMessage message, long nanos) {
        switch (message) {
            case LinkMessage.Present link -> present(link, nanos);
            case LinkMessage.Absent link -> {
                if (dumped != null) {
                    dumped.remove(link.index());
                }
                absent(link.index(), nanos);
            }
            case LinkMessage.DumpDone(boolean interrupted) -> dumpDone(interrupted, nanos);
            case LinkMessage.Failed(int errno) -> dumpFailed(errno);
        }
    }

    private void present(LinkMessage.Present link, long nanos) {
        if (dumped != null) {
            dumped.add(link.index());
        }
        LinkMessage.Present before = links.put(link.index(), link);
        if (!ready) {
            return;
        }
        boolean renamed = before != null && !before.name().equals(link.name());
        if (renamed) {
            tell(link.index(), before.name(), Change.REMOVED, nanos);
        }
        if (before == null || renamed) {
            tell(link.index(), link.name(), Change.ADDED, nanos);
        }
        boolean wasUp = before != null && !renamed && before.up();
        if (link.up() != wasUp) {
            tell(link.index(), link.name(), link.up() ? Change.UP : Change.DOWN, nanos);
        }
    }

    private void absent(int index, long nanos) {
        LinkMessage.Present before = links.remove(index);
        if (before != null && ready) {
            tell(index, before.name(), Change.REMOVED, nanos);
        }
    }

    private void dumpDone(boolean interrupted, long nanos) {
        Set<Integer> seen = dumped;
        if (seen == null) {
            return;
        }
        dumped = null;
        if (interrupted || dumpAgain) {
            dumpAgain = true;
            return;
        }
        for (Integer index : List.copyOf(links.keySet())) {
            if (!seen.contains(index)) {
                absent(index, nanos);
            }
        }
        if (lost) {
            lost = false;
            sink.accept(new EventsLost(Source.LINK, -1, nanos));
        }
        if (!ready) {
            ready = true;
            onReady.accept(new Support.Available("rtnetlink, " + links.size() + " links"));
        }
    }

    /** Changes are still told; only what was there before is unknown, and after a loss asked for again. */
    private void dumpFailed(int errno) {
        dumped = null;
        if (lost) {
            KernelLoop.Timer unused = loop.schedule(RETRY_MILLIS, this::retry);
        }
        if (!ready) {
            ready = true;
            onReady.accept(new Support.Degraded("links of the start are unknown: " + Errno.name(errno), ""));
        }
    }

    private void retry() {
        if (!closed && dumped == null) {
            dump();
        }
    }

    private void tell(int index, String name, Change change, long nanos) {
        sink.accept(new LinkChanged(index, name, change, nanos));
    }

    /** Loop thread only; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            registration.cancel();
            socket.close();
        }
    }
}
