package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.parse.CgroupKeyed;
import io.vigia.kernel.parse.CgroupProcs;
import io.vigia.kernel.parse.PressureText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What both hierarchies have from the v2 tree: identity, state, pressure, freezing and killing. */
abstract class BaseCgroup implements Cgroup {
    final CgroupDir v2;

    private final CgroupKill kill;

    BaseCgroup(CgroupDir v2, CgroupKill kill) {
        this.v2 = v2;
        this.kill = kill;
    }

    /** The directory in which this controller accounts; unknown with the reason where it does not. */
    abstract Reading<CgroupDir> directory(Controller controller);

    abstract ControllerFiles files(Controller controller);

    @Override
    public CgroupPath path() {
        return v2.path();
    }

    @Override
    public CgroupId id() {
        return new CgroupId(v2.inode());
    }

    @Override
    public Reading<LimitValue> readLimit(LimitFile file) {
        ControllerFiles files = files(file.controller());
        String why = files.unsupported(file);
        return why != null
                ? Reading.unknown(why)
                : Readings.then(directory(file.controller()), dir -> files.read(dir, file));
    }

    @Override
    public Reading<LimitValue> writeLimit(LimitFile file, LimitValue value) {
        ControllerFiles files = files(file.controller());
        String why = files.unsupported(file);
        return why != null
                ? Reading.unknown(why)
                : Readings.then(
                        directory(file.controller()),
                        dir -> Readings.then(files.write(dir, file, value), ok -> files.read(dir, file)));
    }

    @Override
    public Reading<Pressure> pressure(Resource resource) {
        String file = resource.pressureFile();
        return Readings.parse(v2.read(file), file, PressureText::parse);
    }

    @Override
    public Reading<Long> hugetlbMaxEventsLocal() {
        return HugetlbFiles.maxEventsLocal(v2);
    }

    @Override
    public Reading<Long> pidsCurrent() {
        return Readings.then(directory(Controller.PIDS), PidsFiles::current);
    }

    @Override
    public Reading<Long> pidsMaxEventsLocal() {
        return Readings.then(directory(Controller.PIDS), PidsFiles::maxEventsLocal);
    }

    @Override
    public Reading<Long> pidsMaxEvents() {
        return Readings.then(directory(Controller.PIDS), PidsFiles::maxEvents);
    }

    @Override
    public Reading<State> state() {
        return Readings.parse(v2.read(CgroupFiles.EVENTS), CgroupFiles.EVENTS, text -> {
            CgroupKeyed keys = new CgroupKeyed(text);
            return new State(keys.get("populated") == 1, keys.get("frozen") == 1);
        });
    }

    @Override
    public Reading<List<Integer>> processes() {
        return Readings.parse(v2.read(CgroupFiles.PROCS), CgroupFiles.PROCS, CgroupProcs::parse);
    }

    @Override
    public Reading<Boolean> freeze(boolean frozen) {
        return v2.write(CgroupFiles.FREEZE, frozen ? "1" : "0");
    }

    @Override
    public Reading<Boolean> killAll() {
        return kill.killAll(v2);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BaseCgroup cgroup
                && cgroup.id().equals(id())
                && cgroup.path().equals(path());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(v2.inode());
    }

    @Override
    public String toString() {
        return path() + "#" + id();
    }
}
