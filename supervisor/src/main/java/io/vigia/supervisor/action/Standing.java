package io.vigia.supervisor.action;

/** What vigia has to do with a group, and so what somebody else's write of its limits means. */
public enum Standing {
    /** Others set its limits, as a runtime does with each new container: news, and nothing that drifts. */
    OBSERVED,
    /** Vigia may act on it. */
    ENFORCED,
    /** Vigia made it, and gives it its limits. */
    MANAGED
}
