package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup hierarchy of this host behind one face, in v2 terms. Paths are as seen in the v2 mount. Every method may
 * block (a write can reclaim for seconds): never call one on the kernel loop. Thread-safe.
 */
public interface Cgroups extends AutoCloseable {
    /** {@code unified} or {@code hybrid}. */
    HierarchyKind kind();

    /** How many directories a cgroup has that is in every hierarchy used here. */
    default int hierarchies() {
        return 1;
    }

    /** Controllers usable here: v2's of the root, and on a hybrid host those mounted as v1. */
    Set<Controller> controllers();

    /** Whether a limit can be had at all on this hierarchy, and if not, why and what to do. */
    Support support(LimitFile file);

    /**
     * The cgroup that this process was started in, in the v2 tree: managed groups live below it. It stays the same when
     * {@link #prepareParent} moves this process into a leaf.
     */
    CgroupPath own();

    /**
     * Whether {@link #own()} is where this process is. In a container with a cgroup namespace of its own and the host's tree mounted
     * nobody can tell (cgroup_namespaces(7)), and {@code own()} is the root of that tree.
     */
    default boolean seesOwn() {
        return true;
    }

    /**
     * Makes {@link #own()} fit to have groups with controllers below it. On v2 the rule of no internal processes may ask this
     * process to move into the leaf {@code own()/supervisor}; nobody else is moved. {@link #create} does it when needed.
     *
     * @throws ParentRefusedException when own() holds other processes, with the ways out
     */
    void prepareParent();

    /**
     * Why {@link #create} below {@link #own()} would be refused, without changing anything: it is another user's, or holds processes
     * that are not ours to move. {@code null}: it would not, or nothing can be changed here anyway (mounted read-only).
     */
    default @Nullable ParentRefusedException parentRefusal() {
        return null;
    }

    /** The child cgroups of {@code path}, in the kernel's order; gone if it is not there. */
    Reading<List<CgroupPath>> children(CgroupPath path);

    /** Opens an existing cgroup; gone if there is none. The handle pins its identity, not its life. */
    Reading<Cgroup> open(CgroupPath path);

    /** A handle of what was seen under this path, without a look: if it is not there any more, every method answers gone. */
    Cgroup at(CgroupPath path, CgroupId id);

    /** For readings of many groups again and again; the caller closes. */
    CgroupMeters meters();

    /**
     * Makes a cgroup and its missing parents in every hierarchy used here, below {@link #own()} in each, enabling controllers on the way.
     * An existing one is opened.
     *
     * @throws ParentRefusedException when the rule of no internal processes forbids it
     * @throws io.vigia.kernel.sys.KernelException when the kernel refuses
     */
    Cgroup create(CgroupPath path);

    /**
     * Removes an empty cgroup and its empty descendants from every hierarchy.
     *
     * @throws io.vigia.kernel.sys.KernelException.Busy while processes are left
     */
    void remove(CgroupPath path);

    /** Closes descriptors, and undoes {@link #prepareParent} where nothing lives below: no empty directory stays behind. */
    @Override
    void close();
}
