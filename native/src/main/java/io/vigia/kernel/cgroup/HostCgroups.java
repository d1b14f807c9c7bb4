package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;

/** Opens what {@link HierarchyProbe} found. */
public final class HostCgroups {
    private HostCgroups() {}

    /** The hierarchy of this host; unknown with the cause where there is none. */
    public static Reading<Cgroups> open(Syscalls syscalls) {
        return open(syscalls, HierarchyProbe.ofHost());
    }

    /** What stands in where there is none, so that vigia can stay up and say so. */
    public static Cgroups absent(String why) {
        return new AbsentCgroups(why);
    }

    /** The same for a given layout, for example a directory that stands in for the kernel's. */
    public static Reading<Cgroups> open(Syscalls syscalls, HierarchyLayout layout) {
        DescriptorBudget budget = DescriptorBudget.ofProcess(syscalls);
        try {
            return switch (layout) {
                case HierarchyLayout.Unified(CgroupMount mount) ->
                    Reading.known(new UnifiedCgroups(syscalls, mount, budget));
                case HierarchyLayout.Hybrid hybrid -> Reading.known(new HybridCgroups(syscalls, hybrid, budget));
                case HierarchyLayout.None(String cause, String remedy) -> Reading.unknown(cause + "; " + remedy);
            };
        } catch (KernelException e) {
            return Reading.unknown(String.valueOf(e.getMessage()));
        }
    }
}
