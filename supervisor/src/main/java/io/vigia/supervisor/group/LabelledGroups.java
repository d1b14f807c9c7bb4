package io.vigia.supervisor.group;

import java.util.Map;

/** What manifests say of groups. Kernel-loop thread only. */
public interface LabelledGroups {
    /** Those of its manifest; none where it is not managed. */
    Map<String, String> labels(GroupEntry entry);

    /** Whether it, or a group above it, is vigia's own work. */
    boolean isManaged(GroupEntry entry);
}
