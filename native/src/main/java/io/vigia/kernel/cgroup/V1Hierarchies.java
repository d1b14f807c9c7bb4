package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mounted v1 hierarchies, and how a v2 path translates to them. */
final class V1Hierarchies implements AutoCloseable {
    private final CgroupPath ownV2;
    private final List<Hierarchy> all;

    V1Hierarchies(CgroupPath ownV2, List<Hierarchy> all) {
        this.ownV2 = ownV2;
        this.all = List.copyOf(all);
    }

    List<Hierarchy> all() {
        return all;
    }

    /** -1 where the controller is not mounted as v1. */
    int indexOf(Controller controller) {
        for (int i = 0; i < all.size(); i++) {
            if (V1Controllers.provides(all.get(i).mount().controllers(), controller)) {
                return i;
            }
        }
        return -1;
    }

    /** The same place relative to vigia's own; {@code null} for a path that is not below it in the v2 tree. */
    @Nullable
    CgroupPath counterpart(Hierarchy hierarchy, CgroupPath path) {
        CgroupPath own = hierarchy.mount().own();
        if (!path.isWithin(ownV2)) {
            return null;
        }
        String relative = ownV2.isRoot()
                ? path.text()
                : path.text().substring(ownV2.text().length());
        if (relative.isEmpty() || relative.equals("/")) {
            return own;
        }
        return own.isRoot() ? new CgroupPath(relative) : new CgroupPath(own.text() + relative);
    }

    /** Where a new group goes. */
    CgroupPath placeFor(Hierarchy hierarchy, CgroupPath path) {
        CgroupPath below = counterpart(hierarchy, path);
        return below == null ? path : below;
    }

    @Override
    public void close() {
        all.forEach(Hierarchy::close);
    }
}
