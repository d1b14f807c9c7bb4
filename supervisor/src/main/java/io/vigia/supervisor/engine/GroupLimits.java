package io.vigia.supervisor.engine;

import io.vertx.core.Future;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import java.util.Set;

/** How a manifest's limits get to the kernel. Kernel-loop thread only. */
public interface GroupLimits {
    /** Files of the group that a policy, or somebody for a time, holds under lease. */
    Set<LimitFile> leased(CgroupPath path);

    /** For good: leases on these files end. Completes on any thread. */
    Future<LimitsView> change(CgroupPath path, LimitChange change, String by);
}
