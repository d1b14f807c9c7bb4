package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import java.util.List;
import java.util.Set;

/** Where no v2 tree is mounted: nothing is there, and nothing can be made. Any thread. */
record AbsentCgroups(String why) implements Cgroups {
    @Override
    public HierarchyKind kind() {
        return HierarchyKind.NONE;
    }

    @Override
    public Set<Controller> controllers() {
        return Set.of();
    }

    @Override
    public Support support(LimitFile file) {
        return new Support.Missing(why, "see 'hierarchy' of vigia doctor");
    }

    @Override
    public CgroupPath own() {
        return CgroupPath.ROOT;
    }

    @Override
    public void prepareParent() {}

    @Override
    public Reading<List<CgroupPath>> children(CgroupPath path) {
        return Reading.gone();
    }

    @Override
    public Reading<Cgroup> open(CgroupPath path) {
        return Reading.gone();
    }

    @Override
    public Cgroup create(CgroupPath path) {
        throw KernelException.of("mkdir", path + " (" + why + ")", Errno.EOPNOTSUPP);
    }

    @Override
    public void remove(CgroupPath path) {}

    @Override
    public void close() {}
}
