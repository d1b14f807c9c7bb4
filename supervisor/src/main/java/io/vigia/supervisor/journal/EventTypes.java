package io.vigia.supervisor.journal;

import java.util.List;

/** The types of events, without the prefix {@code io.vigia.}. */
public final class EventTypes {
    public static final String PREFIX = "io.vigia.";

    public static final String GROUP_CREATED = "group.created";
    public static final String GROUP_REMOVED = "group.removed";
    public static final String GROUP_POPULATED = "group.populated";
    public static final String GROUP_EMPTIED = "group.emptied";
    public static final String GROUP_FROZEN = "group.frozen";
    public static final String GROUP_THAWED = "group.thawed";
    public static final String PRESSURE_CROSSED = "pressure.crossed";
    public static final String PRESSURE_RELIEVED = "pressure.relieved";
    public static final String MEMORY_LOW = "memory.low";
    public static final String MEMORY_HIGH = "memory.high";
    public static final String MEMORY_MAX = "memory.max";
    public static final String MEMORY_OOM = "memory.oom";
    public static final String MEMORY_OOM_KILL = "memory.oom_kill";
    public static final String MEMORY_OOM_GROUP_KILL = "memory.oom_group_kill";
    public static final String SWAP_MAX = "swap.max";
    public static final String SWAP_FAIL = "swap.fail";
    public static final String PIDS_MAX = "pids.max";
    public static final String HUGETLB_MAX = "hugetlb.max";
    public static final String OOM_VICTIM = "oom.victim";
    public static final String PROCESS_FORKED = "process.forked";
    public static final String PROCESS_EXECED = "process.execed";
    public static final String PROCESS_EXITED = "process.exited";
    public static final String CONTAINER_CREATED = "container.created";
    public static final String CONTAINER_STARTED = "container.started";
    public static final String CONTAINER_READY = "container.ready";
    public static final String CONTAINER_UNREADY = "container.unready";
    public static final String CONTAINER_EXITED = "container.exited";
    public static final String CONTAINER_RESTARTING = "container.restarting";
    public static final String CONTAINER_FAILED = "container.failed";
    public static final String CONTAINER_ADOPTED = "container.adopted";
    public static final String LIMITS_CHANGED = "limits.changed";
    public static final String LIMITS_DRIFTED = "limits.drifted";
    public static final String LIMITS_REFUSED = "limits.refused";
    public static final String POLICY_ARMED = "policy.armed";
    public static final String POLICY_FIRED = "policy.fired";
    public static final String POLICY_ACTED = "policy.acted";
    public static final String POLICY_RELIEVED = "policy.relieved";
    public static final String POLICY_SUPPRESSED = "policy.suppressed";
    public static final String POLICY_FAILED = "policy.failed";
    public static final String NETWORK_LINK = "network.link";
    public static final String SUPERVISOR_STARTED = "supervisor.started";
    public static final String SUPERVISOR_STOPPING = "supervisor.stopping";
    public static final String SUPERVISOR_OVERFLOW = "supervisor.overflow";
    public static final String SUPERVISOR_CONFIG_RELOADED = "supervisor.config_reloaded";

    /** Made for one client, not journalled, without a number. */
    public static final String STREAM_OPENED = "stream.opened";

    public static final String STREAM_GAP = "stream.gap";
    public static final String STREAM_LAGGING = "stream.lagging";

    /** Every journalled type; metrics start their counters at zero from it. */
    public static final List<String> JOURNALLED = List.of(
            GROUP_CREATED,
            GROUP_REMOVED,
            GROUP_POPULATED,
            GROUP_EMPTIED,
            GROUP_FROZEN,
            GROUP_THAWED,
            PRESSURE_CROSSED,
            PRESSURE_RELIEVED,
            MEMORY_LOW,
            MEMORY_HIGH,
            MEMORY_MAX,
            MEMORY_OOM,
            MEMORY_OOM_KILL,
            MEMORY_OOM_GROUP_KILL,
            SWAP_MAX,
            SWAP_FAIL,
            PIDS_MAX,
            HUGETLB_MAX,
            OOM_VICTIM,
            PROCESS_FORKED,
            PROCESS_EXECED,
            PROCESS_EXITED,
            CONTAINER_CREATED,
            CONTAINER_STARTED,
            CONTAINER_READY,
            CONTAINER_UNREADY,
            CONTAINER_EXITED,
            CONTAINER_RESTARTING,
            CONTAINER_FAILED,
            CONTAINER_ADOPTED,
            LIMITS_CHANGED,
            LIMITS_DRIFTED,
            LIMITS_REFUSED,
            POLICY_ARMED,
            POLICY_FIRED,
            POLICY_ACTED,
            POLICY_RELIEVED,
            POLICY_SUPPRESSED,
            POLICY_FAILED,
            NETWORK_LINK,
            SUPERVISOR_STARTED,
            SUPERVISOR_STOPPING,
            SUPERVISOR_OVERFLOW,
            SUPERVISOR_CONFIG_RELOADED);

    private EventTypes() {}
}
