package io.vigia.supervisor.node;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.api.Control;
import io.vigia.supervisor.engine.ManagedGroups;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.model.ContainerView;
import io.vigia.supervisor.model.Problem;
import io.vigia.supervisor.reaction.Policies;
import org.jspecify.annotations.Nullable;

/** Finds what a request names; throws {@link Problem} where there is no such thing, or not of the kind asked for. Kernel loop. */
record Named(GroupTable table, ManagedGroups managed, Policies policies) {
    /** @param group id, or plain name of a managed group; an exact path wins */
    CgroupPath group(String group) {
        CgroupPath path;
        try {
            path = CgroupPath.ofId(group);
        } catch (IllegalArgumentException e) {
            throw Problem.of(Problem.Kind.INVALID, String.valueOf(e.getMessage()))
                    .atField("id");
        }
        if (table.get(path) != null) {
            return path;
        }
        CgroupPath ofName = managed.pathOf(group);
        if (ofName != null) {
            return ofName;
        }
        throw noGroup(group);
    }

    /** The name of a managed group, which the same arguments may mean; {@code null} for an observed group, and for a part of a managed one. */
    @Nullable
    String wholeGroup(String group) {
        CgroupPath path = group(group);
        String name = managed.managing(path);
        return name != null && path.equals(managed.pathOf(name)) ? name : null;
    }

    /** The same, refused where it is none. */
    String managedGroup(String group) {
        CgroupPath path = group(group);
        String name = managed.managing(path);
        if (name != null && !path.equals(managed.pathOf(name))) {
            throw Problem.of(
                    Problem.Kind.CONFLICT,
                    group + " is a part of the managed group '" + name
                            + "': only as a whole, by that name, can it be started,"
                            + " stopped or deleted");
        }
        if (name == null) {
            throw Problem.of(
                    Problem.Kind.CONFLICT,
                    group + " is observed, not managed: vigia did not make it from a manifest, so it has no containers"
                            + " that could be started, stopped or deleted here");
        }
        return name;
    }

    /** @param name of a managed group */
    ContainerView container(String name, String container) {
        return managed.containers(name).stream()
                .filter(view -> view.name().equals(container))
                .findFirst()
                .orElseThrow(() -> noContainer(name, container));
    }

    /** The name of the managed group that has this container. */
    String groupOf(String group, String container) {
        String name = wholeGroup(group);
        if (name == null) {
            throw noContainer(group, container);
        }
        container(name, container);
        return name;
    }

    private static Problem noContainer(String group, String container) {
        return Problem.of(Problem.Kind.NOT_FOUND, "group " + group + " has no container '" + container + "'");
    }

    Control.PolicyView policy(String name) {
        Control.PolicyView view = policies.view(name);
        if (view == null) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "there is no policy '" + name + "'");
        }
        return view;
    }

    static Problem noGroup(String id) {
        return Problem.of(
                Problem.Kind.NOT_FOUND,
                "there is no group '" + id
                        + "': neither the path, without its first slash, of a cgroup that 'observe' names, nor a"
                        + " managed group's name");
    }
}
