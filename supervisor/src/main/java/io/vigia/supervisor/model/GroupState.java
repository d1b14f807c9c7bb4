package io.vigia.supervisor.model;

import java.util.Locale;

/** As the API says it. */
public enum GroupState {
    RUNNING,
    FROZEN,
    EMPTY,
    STARTING,
    STOPPING,
    FAILED;

    public String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
