package io.vigia.kernel.cgroup;

import java.util.Locale;

/** How controllers are mounted. */
public enum HierarchyKind {
    /** All controllers in the v2 tree. */
    UNIFIED,
    /** v1 controllers beside a v2 tree that has events, freeze, kill and PSI. */
    HYBRID,
    /** No v2 tree: there are no groups to see, see {@link AbsentCgroups}. */
    NONE;

    public String apiName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
