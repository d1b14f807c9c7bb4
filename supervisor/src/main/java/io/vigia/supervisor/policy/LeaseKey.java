package io.vigia.supervisor.policy;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;

/**
 * One file of one group that is, or can be, under lease.
 *
 * @param file a limit's v2 file name, or {@link #FREEZE} with values 0 and 1
 */
public record LeaseKey(CgroupPath path, CgroupId group, String file) {
    /** Freezing is a lease too: thawing gives it back. */
    public static final String FREEZE = "cgroup.freeze";
}
