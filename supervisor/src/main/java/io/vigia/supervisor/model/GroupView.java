package io.vigia.supervisor.model;

import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group at one moment.
 *
 * @param engine who made it: {@code vigia}, {@code systemd}, {@code kubernetes}, {@code docker}…; {@code null} unknown
 * @param processes in the whole subtree, -1 unknown
 * @param containers names, for a managed group
 * @param parent id of the parent group, {@code null} for the root
 */
public record GroupView(
        CgroupPath path,
        @Nullable CgroupId id,
        String name,
        boolean managed,
        @Nullable String engine,
        GroupState state,
        Map<String, String> labels,
        Set<Controller> controllers,
        HierarchyKind hierarchy,
        LimitsView limits,
        CgroupUsage usage,
        long processes,
        List<String> containers,
        @Nullable String parent,
        List<String> children) {
    public GroupView {
        labels = Map.copyOf(labels);
        controllers = Set.copyOf(controllers);
        containers = List.copyOf(containers);
        children = List.copyOf(children);
    }
}
