package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * v1 controllers beside a v2 tree. Groups live below vigia's own place in each hierarchy, which may differ between them, so
 * that nobody's accounting is escaped.
 */
final class HybridCgroups extends BaseCgroups {
    private final V1Hierarchies v1;
    private final Set<Controller> offeredByV2;
    private final MeterPlan plan;

    HybridCgroups(Syscalls syscalls, HierarchyLayout.Hybrid layout, DescriptorBudget budget) {
        super(new Hierarchy(syscalls, layout.v2()), budget);
        List<Hierarchy> all = new ArrayList<>();
        layout.v1().forEach(mount -> all.add(new Hierarchy(syscalls, mount)));
        this.v1 = new V1Hierarchies(own.base(), all);
        this.plan = MeterPlan.of(controller -> v1.indexOf(controller) >= 0);
        this.offeredByV2 = V2Controllers.parse(Readings.then(
                        v2.inode(own.base()),
                        inode -> new CgroupDir(v2, own.base(), inode).read(CgroupFiles.CONTROLLERS))
                .orNull());
    }

    @Override
    public HierarchyKind kind() {
        return HierarchyKind.HYBRID;
    }

    @Override
    public int hierarchies() {
        return 1 + v1.all().size();
    }

    @Override
    Cgroup cgroup(CgroupDir directory) {
        return new HybridCgroup(directory, kill, new V1Places(v1, directory.path()));
    }

    @Override
    MeterPlan plan() {
        return plan;
    }

    @Override
    void createBeside(CgroupPath path) {
        for (Hierarchy hierarchy : v1.all()) {
            CgroupPath place = v1.placeFor(hierarchy, path);
            Deque<CgroupPath> missing = new ArrayDeque<>();
            for (CgroupPath at = place;
                    at != null && !at.isRoot() && hierarchy.inode(at) instanceof Reading.Gone<Long>;
                    at = at.parent()) {
                missing.push(at);
            }
            missing.forEach(at -> makeOne(hierarchy, at));
        }
    }

    @Override
    void removeBeside(CgroupPath path) {
        for (Hierarchy hierarchy : v1.all()) {
            CgroupPath place = v1.placeFor(hierarchy, path);
            if (!place.isRoot()) {
                removeTree(hierarchy, place);
            }
        }
    }

    @Override
    @Nullable
    Hierarchy hierarchyOf(Controller controller) {
        int index = v1.indexOf(controller);
        return index >= 0 ? v1.all().get(index) : offeredByV2.contains(controller) ? v2 : null;
    }

    @Override
    ControllerFiles filesOf(Controller controller) {
        return v1.indexOf(controller) >= 0 ? V1Controllers.files(controller) : V2Controllers.files(controller);
    }

    @Override
    public void close() {
        super.close();
        v1.close();
    }

    private void makeOne(Hierarchy hierarchy, CgroupPath path) {
        if (hierarchy.make(path) instanceof Reading.Gone<Boolean>) {
            throw KernelException.of("mkdir", hierarchy.display(path), Errno.ENOENT);
        }
        Long inode = hierarchy.inode(path).orNull();
        if (inode != null && V1Controllers.provides(hierarchy.mount().controllers(), Controller.CPUSET)) {
            CpusetFiles.initialize(new CgroupDir(hierarchy, path, inode));
        }
    }

    private static void removeTree(Hierarchy hierarchy, CgroupPath path) {
        List<CgroupPath> children = hierarchy.children(path).orNull();
        if (children != null) {
            children.forEach(child -> removeTree(hierarchy, child));
            hierarchy.remove(path);
        }
    }
}
