package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Support;

/** {@code hierarchy}: unified, hybrid, or why there is none. */
public final class HierarchyCheck implements DoctorCheck {
    private final HierarchyLayout layout;

    public HierarchyCheck(HierarchyLayout layout) {
        this.layout = layout;
    }

    @Override
    public String name() {
        return "hierarchy";
    }

    @Override
    public Support probe() {
        return switch (layout) {
            case HierarchyLayout.Unified(CgroupMount v2) -> of("unified, " + where(v2), v2);
            case HierarchyLayout.Hybrid hybrid ->
                hybrid.v2().readOnly()
                        ? of("hybrid", hybrid.v2())
                        : new Support.Degraded(
                                "hybrid, " + where(hybrid.v2())
                                        + "; v1 controllers have no memory.high, memory.low and memory.reclaim",
                                "boot with systemd.unified_cgroup_hierarchy=1 for a pure v2 tree");
            case HierarchyLayout.None(String cause, String remedy) -> new Support.Missing(cause, remedy);
        };
    }

    private static Support of(String detail, CgroupMount v2) {
        return v2.readOnly()
                ? new Support.Degraded(
                        detail + ": mounted read-only, so groups can be watched but not changed",
                        "mount the cgroup tree writable, for example podman run --security-opt unmask=/sys/fs/cgroup")
                : new Support.Available(detail);
    }

    private static String where(CgroupMount v2) {
        return v2.mountPoint() + ", own cgroup " + v2.own();
    }
}
