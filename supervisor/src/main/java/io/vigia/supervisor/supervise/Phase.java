package io.vigia.supervisor.supervise;

import java.util.Locale;

/** Where a container stands; {@link #apiName()} is what the API shows. */
public enum Phase {
    /** For the containers it depends on. */
    WAITING,
    /** A spawn is under way. */
    STARTING,
    RUNNING,
    /** The root process was asked to end, or has ended and the rest of its cgroup has not. */
    STOPPING,
    /** Waits before the next start. */
    BACKOFF,
    /** Nothing runs because somebody wanted so, or nobody has asked for a start yet. */
    STOPPED,
    /** It ended with code 0 and is not to start again. */
    COMPLETED,
    /** It ended badly and is not to start again. */
    FAILED;

    public String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Nothing runs and nothing is planned. */
    public boolean isFinal() {
        return this == STOPPED || this == COMPLETED || this == FAILED;
    }
}
