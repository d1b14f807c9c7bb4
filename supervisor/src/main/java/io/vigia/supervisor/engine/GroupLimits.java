package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import java.util.Set;

/** How a manifest's limits get to the kernel. Kernel-loop thread only. */
public interface GroupLimits {
    /** Files of the group that a policy, or somebody for a time, holds under lease; none of a successor under the same path. */
    Set<LimitFile> leased(CgroupId group);

    /** For good: leases on these files end. Completes on any thread. */
    Future<LimitsView> change(CgroupPath path, CgroupId group, LimitChange change, String by);
}
