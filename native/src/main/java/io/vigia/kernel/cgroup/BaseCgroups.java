package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What both hierarchies do in the v2 tree: find, make and remove directories, and enable controllers on the way. */
abstract class BaseCgroups implements Cgroups {
    final Hierarchy v2;
    final OwnCgroup own;
    final DescriptorBudget budget;
    final CgroupKill kill;

    BaseCgroups(Hierarchy v2, DescriptorBudget budget) {
        this.v2 = v2;
        this.budget = budget;
        this.own = new OwnCgroup(v2);
        this.kill = new CgroupKill(v2, own::current);
    }

    abstract Cgroup cgroup(CgroupDir directory);

    /** Makes the counterparts of a v2 directory that is made next. */
    abstract void createBeside(CgroupPath path);

    /** Removes the counterparts of a v2 directory. */
    abstract void removeBeside(CgroupPath path);

    /** The hierarchy and files that a limit is had from, or {@code null} where its controller is not mounted. */
    abstract @Nullable Hierarchy hierarchyOf(Controller controller);

    abstract ControllerFiles filesOf(Controller controller);

    abstract MeterPlan plan();

    @Override
    public CgroupMeters meters() {
        return new SharedMeters(this, budget);
    }

    @Override
    public CgroupPath own() {
        return own.base();
    }

    @Override
    public boolean seesOwn() {
        return v2.mount().seesOwn();
    }

    @Override
    public Set<Controller> controllers() {
        EnumSet<Controller> all = EnumSet.noneOf(Controller.class);
        for (Controller controller : Controller.values()) {
            if (hierarchyOf(controller) != null) {
                all.add(controller);
            }
        }
        return all;
    }

    @Override
    public Support support(LimitFile file) {
        Hierarchy hierarchy = hierarchyOf(file.controller());
        if (hierarchy == null) {
            return new Support.Missing(
                    "the " + file.controller().kernelName() + " controller is not available in "
                            + v2.display(CgroupPath.ROOT),
                    "enable it in the parent's " + CgroupFiles.SUBTREE_CONTROL + " or on the kernel's command line");
        }
        ControllerFiles files = filesOf(file.controller());
        String why = files.unsupported(file);
        if (why != null) {
            return new Support.Missing(why, "");
        }
        return LimitSample.support(hierarchy, files.fileNames(file));
    }

    @Override
    public Reading<Cgroup> open(CgroupPath path) {
        return v2.inode(path).map(inode -> cgroup(new CgroupDir(v2, path, inode)));
    }

    @Override
    public Cgroup at(CgroupPath path, CgroupId id) {
        return cgroup(new CgroupDir(v2, path, id.inode()));
    }

    @Override
    public Reading<List<CgroupPath>> children(CgroupPath path) {
        return v2.children(path);
    }

    @Override
    public void prepareParent() {
        own.enableFor(own.base());
    }

    @Override
    public @Nullable ParentRefusedException parentRefusal() {
        return own.refusal();
    }

    @Override
    public Cgroup create(CgroupPath path) {
        Deque<CgroupPath> missing = new ArrayDeque<>();
        CgroupPath from = path.isWithin(own.base()) ? own.base() : CgroupPath.ROOT;
        for (CgroupPath at = path; at != null && !at.equals(from); at = at.parent()) {
            missing.push(at);
        }
        for (CgroupPath at : missing) {
            makeOne(at);
        }
        return switch (open(path)) {
            case Reading.Known<Cgroup>(Cgroup cgroup) -> cgroup;
            case Reading.Gone<Cgroup>() -> throw KernelException.of("open", v2.display(path), Errno.ENOENT);
            case Reading.Unknown<Cgroup>(String why) -> throw new IllegalStateException(why);
        };
    }

    @Override
    public void remove(CgroupPath path) {
        List<CgroupPath> children = v2.children(path).orNull();
        if (children == null) {
            removeBeside(path);
            return;
        }
        if (open(path).orNull() instanceof BaseCgroup cgroup) {
            Cgroup.State state = cgroup.state().orNull();
            if (state != null && state.populated()) {
                throw KernelException.of("rmdir", v2.display(path) + " (processes are left in it)", Errno.EBUSY);
            }
        }
        children.forEach(this::remove);
        removeBeside(path);
        v2.remove(path);
    }

    @Override
    public void close() {
        own.leaveLeaf();
        v2.close();
    }

    private void makeOne(CgroupPath path) {
        CgroupPath parent = path.parent();
        if (parent != null) {
            if (parent.isWithin(own.base())) {
                own.enableFor(parent);
            } else {
                enableOutside(parent);
            }
        }
        // The v2 directory last: it is what tells everybody, ourselves included, that the group is there and can be
        // watched.
        createBeside(path);
        boolean made = false;
        try {
            if (v2.make(path) instanceof Reading.Gone<Boolean>) {
                throw KernelException.of("mkdir", v2.display(path), Errno.ENOENT);
            }
            made = true;
        } finally {
            if (!made) {
                removeBeside(path);
            }
        }
    }

    // Above an explicitly given parent somebody else decides: what cannot be enabled there is missing below, and said
    // there.
    private void enableOutside(CgroupPath parent) {
        try {
            own.enableFor(parent);
        } catch (KernelException.Denied e) {
            return;
        }
    }
}
