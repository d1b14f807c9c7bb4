package io.vigia.kernel.cgroup;

import java.util.List;

/** What of cgroups is mounted here, as {@link HierarchyProbe} found it. */
public sealed interface HierarchyLayout {
    /** Only a v2 tree, or one without any v1 controller of use beside it. */
    record Unified(CgroupMount v2) implements HierarchyLayout {}

    /** v1 controllers beside a v2 tree. */
    record Hybrid(CgroupMount v2, List<CgroupMount> v1) implements HierarchyLayout {
        public Hybrid {
            v1 = List.copyOf(v1);
        }
    }

    /** Nothing to supervise groups with. */
    record None(String cause, String remedy) implements HierarchyLayout {}
}
