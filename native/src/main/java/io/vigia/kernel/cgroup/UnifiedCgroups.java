package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.sys.Syscalls;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All controllers in the v2 tree. */
final class UnifiedCgroups extends BaseCgroups {
    private final Set<Controller> offered;
    private final MeterPlan plan = MeterPlan.of(controller -> false);

    UnifiedCgroups(Syscalls syscalls, CgroupMount mount, DescriptorBudget budget) {
        super(new Hierarchy(syscalls, mount), budget);
        this.offered = V2Controllers.parse(Readings.then(
                        v2.inode(own.base()),
                        inode -> new CgroupDir(v2, own.base(), inode).read(CgroupFiles.CONTROLLERS))
                .orNull());
    }

    @Override
    public HierarchyKind kind() {
        return HierarchyKind.UNIFIED;
    }

    @Override
    Cgroup cgroup(CgroupDir directory) {
        return new UnifiedCgroup(directory, kill);
    }

    @Override
    MeterPlan plan() {
        return plan;
    }

    @Override
    void createBeside(CgroupPath path) {}

    @Override
    void removeBeside(CgroupPath path) {}

    @Override
    @Nullable
    Hierarchy hierarchyOf(Controller controller) {
        return offered.contains(controller) ? v2 : null;
    }

    @Override
    ControllerFiles filesOf(Controller controller) {
        return V2Controllers.files(controller);
    }
}
