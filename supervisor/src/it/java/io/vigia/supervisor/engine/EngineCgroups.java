package io.vigia.supervisor.engine;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.sys.JnaSyscalls;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    @Nullable
    LimitValue limit(CgroupPath path, LimitFile file) {
        return open(path).readLimit(file).orNull();
    }

    void limit(CgroupPath path, LimitFile file, LimitValue value) {
        open(path).writeLimit(file, value);
    }

    private Cgroup open(CgroupPath path) {
        return Objects.requireNonNull(cgroups.open(path).orNull());
    }

    @Override
    public void close() {
        cgroups.close();
    }
}
