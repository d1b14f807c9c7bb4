package io.vigia.supervisor.lease;

import io.vertx.core.Future;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.engine.GroupLimits;
import io.vigia.supervisor.model.LimitChange;
import io.vigia.supervisor.model.LimitsView;
import java.util.Collections;
import java.util.Set;

/** Sets what manifests say, and has the leases on it end. Kernel-loop thread only. */
public final class ManifestLimits implements GroupLimits {
    private final Leases leases;
    private final LimitService limits;

    public ManifestLimits(Leases leases, LimitService limits) {
        this.leases = leases;
        this.limits = limits;
    }

    @Override
    public Set<LimitFile> leased(CgroupId group) {
        return leases.leased(group);
    }

    @Override
    public Future<LimitsView> change(CgroupPath path, CgroupId group, LimitChange change, String by) {
        // A group that was just made is not known to the table, nor leased.
        return Collections.disjoint(leased(group), change.values().keySet())
                ? limits.change(path, change, by, LimitService.BeforeWrite.NOTHING)
                : leases.taking().change(path, change, by);
    }
}
