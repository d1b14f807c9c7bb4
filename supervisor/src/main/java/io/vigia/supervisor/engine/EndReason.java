package io.vigia.supervisor.engine;

import io.vigia.kernel.model.ExitStatus;
import java.util.Locale;

/** Why a container's root process ended: {@code reason} of {@code container.exited}. */
enum EndReason {
    EXITED,
    SIGNAL,
    OOM,
    STOPPED,
    POLICY,
    UNKNOWN;

    String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What was asked for explains an end better than how it came. An OOM kill in the container explains any end but a
     * good one: the victim may have been a child, whose parent then fails by itself.
     */
    static EndReason of(ExitStatus status, boolean stopAsked, boolean policyAsked, boolean oomKilled) {
        if (stopAsked) {
            return STOPPED;
        }
        if (policyAsked) {
            return POLICY;
        }
        if (oomKilled && !status.equals(new ExitStatus.Exited(0))) {
            return OOM;
        }
        return switch (status) {
            case ExitStatus.Exited exited -> EXITED;
            case ExitStatus.Signaled signaled -> SIGNAL;
            case ExitStatus.Unknown unknown -> UNKNOWN;
        };
    }
}
