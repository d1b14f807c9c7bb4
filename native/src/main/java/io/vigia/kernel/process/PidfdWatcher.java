package io.vigia.kernel.process;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.model.ProcessId;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.ProcessCalls;
import io.vigia.kernel.sys.Syscalls;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells the end of processes, and how they ended, by their pidfds. Owned by the kernel loop.
 *
 * <p>A child is waited for here, exactly once. Of a process that is not our child (started before a restart of vigia) the
 * pidfd tells the end, and the status comes from whatever says it first: {@code PIDFD_GET_INFO}, which knows only after the
 * real parent reaped it (a second readiness, EPOLLHUP, tells that), or the proc connector's exit message. If neither does in time, the status is
 * unknown, with the reason; never 0.
 */
public final class PidfdWatcher {
    /** An init reaps at once; this bounds waiting for a parent that does not. */
    private static final long STATUS_WAIT_MILLIS = 500;

    private final KernelLoop loop;
    private final Syscalls syscalls;
    private final ProcessCalls calls;
    private final Children children;
    private final Map<Integer, Watch> byPid = new HashMap<>();
    private Runnable exitMessages = () -> {};

    public PidfdWatcher(KernelLoop loop, Syscalls syscalls, ProcessCalls calls, Children children) {
        this.loop = loop;
        this.syscalls = syscalls;
        this.calls = calls;
        this.children = children;
    }

    /**
     * The kernel wakes who holds the pidfd a moment before it sends the exit message, which has the status as well. Read at once, the message is told
     * before the process is waited for and what follows from its end is done. Loop thread only.
     *
     * @param read takes what messages, and lines of the kernel's log, have come by now
     */
    public void readFirst(Runnable read) {
        loop.requireInLoop();
        exitMessages = read;
    }

    /**
     * Watches a process; one that has ended already is told from the next turn of the loop. Loop thread only.
     *
     * @param pidfd stays the caller's, and open until the end was told or the watch cancelled
     * @throws IllegalStateException when this process is watched already
     */
    public Watch watch(ProcessId id, Fd pidfd, EndHandler handler) {
        loop.requireInLoop();
        Watch before = byPid.get(id.pid());
        if (before != null) {
            if (before.id.equals(id)) {
                throw new IllegalStateException("watched already: " + id);
            }
            before.lastWord("its number belongs to another process by now");
        }
        Watch watch = new Watch(id, pidfd, handler);
        byPid.put(id.pid(), watch);
        // Edge-triggered, because a pidfd stays readable and a second edge has a meaning of its own.
        watch.registration = loop.register(pidfd, KernelLoop.EPOLLIN | KernelLoop.EPOLLET, watch::ready);
        return watch;
    }

    /** What the proc connector said of an exit; does nothing for a process that is not watched. Loop thread only. */
    public void exitReported(int pid, ExitStatus status, long nanos) {
        loop.requireInLoop();
        Watch watch = byPid.get(pid);
        if (watch != null && !(status instanceof ExitStatus.Unknown)) {
            watch.reported(status);
        }
    }

    /** Processes whose end was not told yet. */
    public int watched() {
        loop.requireInLoop();
        return byPid.size();
    }

    /** Called once, on the loop, last in the turn that knows of the end. */
    @FunctionalInterface
    public interface EndHandler {
        /** {@code nanos}: {@link System#nanoTime()} when the kernel told the end. */
        void ended(ProcessId id, ExitStatus status, long nanos);
    }

    /** One watched process. */
    public final class Watch {
        private final ProcessId id;
        private final Fd pidfd;
        private final EndHandler handler;
        private KernelLoop.@Nullable Registration registration;
        private KernelLoop.@Nullable Timer patience;
        private @Nullable ExitStatus reported;
        private boolean ended;
        private boolean cancelled;
        private long endedNanos;

        private Watch(ProcessId id, Fd pidfd, EndHandler handler) {
            this.id = id;
            this.pidfd = pidfd;
            this.handler = handler;
        }

        /** The handler will not be called. A child is then still to be waited for by somebody. Loop thread only. */
        public void cancel() {
            loop.requireInLoop();
            cancelled = true;
            if (byPid.remove(id.pid(), this)) {
                stop();
            }
        }

        private void ready(int bits, long nanos) {
            loop.executeLast(() -> look(nanos));
            exitMessages.run();
        }

        private void look(long nanos) {
            if (byPid.get(id.pid()) != this) {
                return;
            }
            if (!ended) {
                ended = true;
                endedNanos = nanos;
                if (syscalls.waitPidfd(pidfd) instanceof Reading.Known<ExitStatus>(ExitStatus status)) {
                    children.release(id.pid());
                    tell(status);
                    return;
                }
                // Not a child, or its status was taken by somebody: then the number is not ours to claim either.
                children.release(id.pid());
            }
            if (reported != null) {
                tell(reported);
                return;
            }
            switch (calls.exitInfo(pidfd)) {
                case Reading.Known<ExitStatus>(ExitStatus status) -> tell(status);
                case Reading.Gone<ExitStatus>() -> waitForStatus("the kernel forgot it");
                case Reading.Unknown<ExitStatus>(String why) -> waitForStatus(why);
            }
        }

        private void waitForStatus(String why) {
            if (patience == null) {
                patience = loop.schedule(STATUS_WAIT_MILLIS, () -> lastWord(why));
            }
        }

        private void lastWord(String why) {
            if (byPid.get(id.pid()) == this) {
                ExitStatus known = calls.exitInfo(pidfd).orNull();
                tell(
                        known != null
                                ? known
                                : new ExitStatus.Unknown(
                                        "not a child of this vigia, and no exit message was seen; " + why));
            }
        }

        private void reported(ExitStatus status) {
            reported = status;
            if (ended) {
                tell(status);
            }
        }

        private void tell(ExitStatus status) {
            if (byPid.remove(id.pid(), this)) {
                stop();
                // What follows from an end is much work. The connector's word of the same end, mostly there as well,
                // goes first.
                loop.executeLast(() -> {
                    if (!cancelled) {
                        handler.ended(id, status, endedNanos);
                    }
                });
            }
        }

        private void stop() {
            if (patience != null) {
                patience.cancel();
            }
            if (registration != null) {
                registration.cancel();
            }
        }
    }
}
