package io.vigia.supervisor.supervise;

import io.vigia.kernel.model.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the restart table remembers of one container.
 *
 * @param pid of the root process, 0 while there is none
 * @param exit of the root process: of the present end while stopping, else of the last one
 * @param rootGone the root process of this run has ended
 * @param emptied the cgroup of this run is empty
 * @param after what follows the present run
 * @param reason of the last end: {@code exited|signal|oom|stopped|policy|unknown}
 * @param backoff wait before the next restart
 * @param recent restarts that still count for giving up, oldest first
 */
public record ContainerState(
        Phase phase,
        int pid,
        @Nullable ExitStatus exit,
        boolean rootGone,
        boolean emptied,
        After after,
        @Nullable String reason,
        long restarts,
        Duration backoff,
        List<Instant> recent,
        @Nullable Instant startedAt,
        @Nullable Instant nextStartAt) {
    /** A container nobody has asked to start. */
    public static final ContainerState INITIAL = new ContainerState(
            Phase.STOPPED, 0, null, false, false, After.POLICY, null, 0, Duration.ZERO, List.of(), null, null);

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

    ContainerState in(Phase next) {
        return new ContainerState(
                next, pid, exit, rootGone, emptied, after, reason, restarts, backoff, recent, startedAt, nextStartAt);
    }

    ContainerState after(After next) {
        return new ContainerState(
                phase, pid, exit, rootGone, emptied, next, reason, restarts, backoff, recent, startedAt, nextStartAt);
    }

    ContainerState running(int newPid, Instant since) {
        return new ContainerState(
                phase, newPid, null, false, false, after, reason, restarts, backoff, recent, since, null);
    }

    ContainerState rootGone(ExitStatus status, String why) {
        return new ContainerState(
                phase, pid, status, true, emptied, after, why, restarts, backoff, recent, startedAt, nextStartAt);
    }

    ContainerState empty() {
        return new ContainerState(
                phase, pid, exit, rootGone, true, after, reason, restarts, backoff, recent, startedAt, nextStartAt);
    }

    /** The run is over; nothing of it is left but how it ended. */
    ContainerState over(Phase next) {
        return new ContainerState(
                next, 0, exit, false, false, After.POLICY, reason, restarts, backoff, recent, null, null);
    }

    ContainerState restarting(Duration nextBackoff, List<Instant> counted, Instant at) {
        return new ContainerState(
                Phase.BACKOFF,
                0,
                exit,
                false,
                false,
                After.POLICY,
                reason,
                restarts + 1,
                nextBackoff,
                counted,
                null,
                at);
    }

    /** A person asked for a start: what happened before no longer counts. */
    ContainerState fresh(long restartCount) {
        return new ContainerState(
                Phase.WAITING,
                0,
                exit,
                false,
                false,
                After.POLICY,
                reason,
                restartCount,
                Duration.ZERO,
                List.of(),
                null,
                null);
    }
}
