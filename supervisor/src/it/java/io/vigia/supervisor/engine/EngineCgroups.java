package io.vigia.supervisor.engine;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.JnaSyscalls;
import java.util.List;
import java.util.Objects;

/** A look at the cgroups without an engine. */
final class EngineCgroups implements AutoCloseable {
    private final Cgroups cgroups =
            Objects.requireNonNull(HostCgroups.open(new JnaSyscalls()).orNull());

    /**
     * The same, and fit to share the own cgroup with an engine in another process: on v2 this process is in a leaf until
     * the end, where those it starts are born, too.
     */
    static EngineCgroups shared() {
        EngineCgroups made = new EngineCgroups();
        made.cgroups.prepareParent();
        return made;
    }

    CgroupPath own() {
        return cgroups.own();
    }

    List<Integer> processes(CgroupPath path) {
        Cgroup cgroup = cgroups.open(path).orNull();
        List<Integer> pids = cgroup == null ? null : cgroup.processes().orNull();
        return pids == null ? List.of() : pids;
    }

    @Override
    public void close() {
        cgroups.close();
    }
}
