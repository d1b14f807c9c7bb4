package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupId;
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

    @Override
    public Cgroup at(CgroupPath path, CgroupId id) {
        throw new IllegalStateException("no group was ever seen here: " + why);
    }

    @Override
    public CgroupMeters meters() {
        return new NoMeters(why);
    }

    private record NoMeters(String why) implements CgroupMeters {
        @Override
        public Reading<CgroupMeter> open(CgroupPath path) {
            return Reading.unknown(why);
        }

        @Override
        public void beginRound() {}

        @Override
        public int held() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
