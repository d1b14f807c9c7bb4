package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitValue;

/**
 * One file of one group that is, or can be, under lease.
 *
 * @param file a limit's v2 file name, or {@link #FREEZE} with {@link #FROZEN} and {@link #THAWED} for values
 */
public record LeaseKey(CgroupPath path, CgroupId group, String file) {
    /** Freezing is a lease too: thawing gives it back. */
    public static final String FREEZE = "cgroup.freeze";

    public static final LimitValue FROZEN = new LimitValue.Amount(1);
    public static final LimitValue THAWED = new LimitValue.Amount(0);
}
