package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import java.util.Set;

/**
 * The cgroup hierarchy of this host behind one face, in v2 terms. Paths are as seen in the v2 mount. Every method may
 * block (a write can reclaim for seconds): never call one on the kernel loop. Thread-safe.
 */
public interface Cgroups extends AutoCloseable {
    /** {@code unified} or {@code hybrid}. */
    HierarchyKind kind();

    /** Controllers usable here: v2's of the root, and on a hybrid host those mounted as v1. */
    Set<Controller> controllers();

    /** Whether a limit can be had at all on this hierarchy, and if not, why and what to do. */
    Support support(LimitFile file);

    /** The cgroup that this process is in, in the v2 tree. */
    CgroupPath own();

    /** Opens an existing cgroup; gone if there is none. The handle pins its identity, not its life. */
    Reading<Cgroup> open(CgroupPath path);

    /**
     * Makes a cgroup and its missing parents in every hierarchy used here, below {@link #own()} in each, enabling controllers on the way.
     * An existing one is opened.
     *
     * @throws io.vigia.kernel.sys.KernelException with the rule that forbids it, for example no internal processes
     */
    Cgroup create(CgroupPath path);

    /**
     * Removes an empty cgroup and its empty descendants from every hierarchy.
     *
     * @throws io.vigia.kernel.sys.KernelException.Busy while processes are left
     */
    void remove(CgroupPath path);

    @Override
    void close();
}
