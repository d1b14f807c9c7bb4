package io.vigia.supervisor.engine;

import java.util.Locale;

/** Where a container stands in its life, as the API says it. */
enum ContainerState {
    /** For a container that it depends on. */
    WAITING,
    STARTING,
    RUNNING,
    /** A stop was asked for, or its root has ended and the rest is being ended. */
    STOPPING,
    BACKOFF,
    /** On request; only a start on request ends it. */
    STOPPED,
    /** Ended with code 0, and its policy lets it rest. */
    COMPLETED,
    /** Ended otherwise and its policy lets it rest, or given up. */
    FAILED;

    String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ContainerState ofApiName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
