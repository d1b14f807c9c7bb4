package io.vigia.supervisor.supervise;

import io.vigia.kernel.model.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the restart table remembers of one container. It is on disk too, so that the next vigia goes on with it.
 *
 * @param pid of the root process, 0 while there is none
 * @param exit of the root process: of this run once {@code rootGone}, before of the last one
 * @param rootGone the root process of this run has ended
 * @param emptied the cgroup of this run is empty
 * @param oom the kernel's OOM killer struck in this run
 * @param after what follows the present run
 * @param reason of the last end: {@code exited|signal|oom|stopped|policy|unknown}
 * @param restarts that the restart policy made, since it was made
 * @param backoff wait before the next restart
 * @param recent restarts that still count for giving up, oldest first
 * @param until when the grace of a stop, or a back-off, ends
 */
public record ContainerState(
        Phase phase,
        int pid,
        @Nullable ExitStatus exit,
        boolean rootGone,
        boolean emptied,
        boolean oom,
        After after,
        @Nullable String reason,
        long restarts,
        Duration backoff,
        List<Instant> recent,
        @Nullable Instant startedAt,
        @Nullable Instant until) {
    /** A container nobody has asked to start. */
    public static final ContainerState INITIAL = new ContainerState(
            Phase.STOPPED, 0, null, false, false, false, After.POLICY, null, 0, Duration.ZERO, List.of(), null, null);

    public ContainerState {
        recent = List.copyOf(recent);
    }

    /** What follows the end of a run. */
    public enum After {
        /** As {@code restart:} says. */
        POLICY,
        /** The same, and the end is told as a policy's doing. */
        POLICY_KILL,
        /** Nothing: an operator stopped it. */
        STOP,
        /** A start: an operator asked for a restart. */
        RESTART
    }

    /** Somebody asked for the end of the present run. */
    public boolean asked() {
        return after == After.STOP || after == After.RESTART;
    }

    /** A run is there, on its way, or not quite over. */
    public boolean active() {
        return phase == Phase.STARTING || phase == Phase.RUNNING || phase == Phase.STOPPING;
    }

    /** It has been started, well or not. */
    public boolean everStarted() {
        return pid != 0 || exit != null;
    }

    /** Whether it is to run: nobody has stopped it. */
    public boolean wanted() {
        return phase != Phase.STOPPED && after != After.STOP;
    }

    /** As it is after a reboot: nothing of a run is left but how the last one ended. */
    public ContainerState rebooted() {
        return over(Phase.STOPPED).counting(0, Duration.ZERO, List.of());
    }

    ContainerState in(Phase next) {
        return new ContainerState(
                next, pid, exit, rootGone, emptied, oom, after, reason, restarts, backoff, recent, startedAt, until);
    }

    ContainerState after(After next) {
        return new ContainerState(
                phase, pid, exit, rootGone, emptied, oom, next, reason, restarts, backoff, recent, startedAt, until);
    }

    ContainerState until(@Nullable Instant end) {
        return new ContainerState(
                phase, pid, exit, rootGone, emptied, oom, after, reason, restarts, backoff, recent, startedAt, end);
    }

    ContainerState running(int newPid, Instant since) {
        return new ContainerState(
                phase, newPid, exit, false, false, false, after, reason, restarts, backoff, recent, since, null);
    }

    ContainerState rootGone(ExitStatus status) {
        return new ContainerState(
                phase, pid, status, true, emptied, oom, after, reason, restarts, backoff, recent, startedAt, null);
    }

    ContainerState emptied(boolean oomKilled) {
        return new ContainerState(
                phase, pid, exit, rootGone, true, oomKilled, after, reason, restarts, backoff, recent, startedAt,
                until);
    }

    ContainerState because(String why) {
        return new ContainerState(
                phase, pid, exit, rootGone, emptied, oom, after, why, restarts, backoff, recent, startedAt, until);
    }

    /** The run is over; nothing of it is left but how it ended. */
    ContainerState over(Phase next) {
        return new ContainerState(
                next, 0, exit, false, false, false, After.POLICY, reason, restarts, backoff, recent, null, null);
    }

    ContainerState restarting(Duration nextBackoff, List<Instant> counted, Instant at) {
        return over(Phase.BACKOFF).counting(restarts + 1, nextBackoff, counted).until(at);
    }

    /** A person asked for a start: what happened before no longer counts. */
    ContainerState fresh() {
        return over(Phase.WAITING).counting(restarts, Duration.ZERO, List.of());
    }

    private ContainerState counting(long count, Duration nextBackoff, List<Instant> counted) {
        return new ContainerState(
                phase, pid, exit, rootGone, emptied, oom, after, reason, count, nextBackoff, counted, startedAt, until);
    }
}
