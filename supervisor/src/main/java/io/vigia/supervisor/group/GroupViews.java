package io.vigia.supervisor.group;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.action.LimitService;
import io.vigia.supervisor.action.Signaller;
import io.vigia.supervisor.config.ContainerSpec;
import io.vigia.supervisor.config.GroupSpec;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.GroupState;
import io.vigia.supervisor.model.GroupView;
import io.vigia.supervisor.model.LimitsView;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes views in two steps: what the loop knows, on the loop; what must be read, on a worker. */
public final class GroupViews implements LabelledGroups {
    private final GroupTable table;
    private final ManagedGroups managed;
    private final Cgroups cgroups;
    private final Signaller signaller;
    private final Makers makers;

    public GroupViews(GroupTable table, ManagedGroups managed, Cgroups cgroups, Signaller signaller, Makers makers) {
        this.table = table;
        this.managed = managed;
        this.cgroups = cgroups;
        this.signaller = signaller;
        this.makers = makers;
    }

    /** Who made a group, from its path. */
    @FunctionalInterface
    public interface Makers {
        @Nullable
        String maker(CgroupPath path);
    }

    /** What the loop knows of a group. */
    public record Known(
            CgroupPath path,
            CgroupId id,
            boolean managed,
            GroupState state,
            Map<String, String> labels,
            List<String> containers,
            List<String> children) {}

    /** Kernel loop. */
    public Known known(GroupEntry entry) {
        String name = managed.managing(entry.path);
        boolean isTop = name != null && entry.path.equals(managed.pathOf(name));
        return new Known(
                entry.path,
                entry.id,
                name != null,
                state(entry, isTop ? name : null),
                labels(entry),
                isTop && name != null
                        ? managed.containers(name).stream()
                                .map(ContainerView::name)
                                .toList()
                        : List.of(),
                table.children(entry.path).stream().map(CgroupPath::id).toList());
    }

    @Override
    public Map<String, String> labels(GroupEntry entry) {
        String name = managed.managing(entry.path);
        GroupSpec spec = name == null ? null : managed.spec(name);
        return spec == null ? Map.of() : spec.labels();
    }

    @Override
    public boolean isManaged(GroupEntry entry) {
        return managed.managing(entry.path) != null;
    }

    private GroupState state(GroupEntry entry, @Nullable String managedName) {
        if (entry.state != null && entry.state.frozen()) {
            return GroupState.FROZEN;
        }
        GroupState wanted = managedName == null ? null : managed.state(managedName);
        if (wanted != null) {
            return wanted;
        }
        // The root has no cgroup.events; it is never empty.
        boolean populated = entry.path.isRoot() || (entry.state != null && entry.state.populated());
        return populated ? GroupState.RUNNING : GroupState.EMPTY;
    }

    /** What a manifest would make, for a dry run. */
    public GroupView planned(CgroupPath parent, GroupSpec spec) {
        EnumMap<LimitFile, Reading<LimitValue>> limits = new EnumMap<>(LimitFile.class);
        spec.limits().forEach((file, value) -> limits.put(file, Reading.known(value)));
        Reading<Pressure> none = Reading.unknown("not made yet");
        return new GroupView(
                parent.child(spec.name()),
                null,
                spec.name(),
                true,
                "vigia",
                GroupState.STARTING,
                spec.labels(),
                cgroups.controllers(),
                cgroups.kind(),
                new LimitsView(limits),
                new CgroupUsage(
                        Reading.unknown("not made yet"),
                        Reading.unknown("not made yet"),
                        Reading.unknown("not made yet"),
                        Reading.unknown("not made yet"),
                        Reading.unknown("not made yet"),
                        Reading.unknown("not made yet"),
                        Reading.unknown("not made yet"),
                        none,
                        none,
                        none),
                0,
                spec.containers().stream().map(ContainerSpec::name).toList(),
                parent.id(),
                List.of());
    }

    /** Worker thread; {@code null} when the group ended meanwhile. */
    @Nullable
    public GroupView read(Known known) {
        Cgroup cgroup = cgroups.open(known.path).orNull();
        if (cgroup == null || !cgroup.id().equals(known.id)) {
            return null;
        }
        CgroupPath parent = known.path.parent();
        return new GroupView(
                known.path,
                known.id,
                known.path.name(),
                known.managed,
                known.managed ? "vigia" : makers.maker(known.path),
                known.state,
                known.labels,
                cgroup.controllers(),
                cgroups.kind(),
                LimitService.read(cgroup),
                cgroup.usage(),
                signaller.processes(known.path).size(),
                known.containers,
                parent == null ? null : parent.id(),
                known.children);
    }
}
