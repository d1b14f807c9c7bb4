package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place in the v2 tree, and the rule of no internal processes (cgroup-v2.rst): a cgroup with processes in
 * it cannot give controllers to its children. When vigia is alone in its cgroup it moves into a leaf; it moves nobody else.
 * Thread-safe.
 */
final class OwnCgroup {
    private static final Logger log = LoggerFactory.getLogger(OwnCgroup.class);
    /** The leaf's name. */
    static final String LEAF = "supervisor";

    /** Of 1 to 10000; what a group has when nobody says anything is 100 (cgroup-v2.rst, cpu.weight). */
    private static final String HIGHEST_WEIGHT = "10000";

    private final Hierarchy v2;
    private final CgroupPath base;
    private boolean inLeaf;

    OwnCgroup(Hierarchy v2) {
        this.v2 = v2;
        CgroupPath own = v2.mount().own();
        CgroupPath parent = own.parent();
        this.inLeaf =
                parent != null && own.name().equals(LEAF) && !enabled(parent).isEmpty();
        this.base = inLeaf && parent != null ? parent : own;
    }

    /** Below it managed groups live; it does not change. */
    CgroupPath base() {
        return base;
    }

    /** Where this process is now. */
    synchronized CgroupPath current() {
        return inLeaf ? base.child(LEAF) : base;
    }

    /**
     * Enables what {@code cgroup.controllers} offers for the children of {@code parent}.
     *
     * @throws ParentRefusedException when processes of others are in it
     */
    synchronized void enableFor(CgroupPath parent) {
        Set<Controller> missing = EnumSet.noneOf(Controller.class);
        missing.addAll(V2Controllers.parse(text(parent, CgroupFiles.CONTROLLERS)));
        missing.retainAll(V2Controllers.USED);
        missing.removeAll(enabled(parent));
        if (missing.isEmpty()) {
            return;
        }
        try {
            writeControl(parent, '+', missing);
        } catch (KernelException.Busy e) {
            long others = others(parent);
            if (others > 0 || !parent.equals(base)) {
                throw ParentRefusedException.holdsOthers(parent, others);
            }
            enterLeaf();
            writeControl(parent, '+', missing);
            handDownProtection();
            comeFirst();
        }
    }

    /**
     * Why no groups with controllers can be made below {@link #base()}, without changing anything; {@code null} if they can. The root
     * of the hierarchy, which has no {@code cgroup.events}, is exempt from the rule of no internal processes.
     */
    synchronized @Nullable ParentRefusedException refusal() {
        if (v2.mount().readOnly()) {
            return null;
        }
        if (!Files.isWritable(Path.of(v2.display(base) + "/" + CgroupFiles.PROCS))) {
            return ParentRefusedException.notWritable(base);
        }
        Set<Controller> offered = V2Controllers.parse(text(base, CgroupFiles.CONTROLLERS));
        offered.retainAll(V2Controllers.USED);
        if (inLeaf || enabled(base).containsAll(offered)) {
            return null;
        }
        long others = text(base, CgroupFiles.EVENTS).isEmpty() ? 0 : others(base);
        return others > 0 ? ParentRefusedException.holdsOthers(base, others) : null;
    }

    /** Back to where it was, if nothing but the leaf lives below. */
    synchronized void leaveLeaf() {
        List<CgroupPath> children = v2.children(base).orNull();
        if (!inLeaf || !v2.mount().own().equals(base) || children == null || children.size() > 1) {
            return;
        }
        try {
            Set<Controller> enabled = enabled(base);
            if (!enabled.isEmpty()) {
                writeControl(base, '-', enabled);
            }
            write(base, CgroupFiles.PROCS, Integer.toString(v2.syscalls().pid()));
            inLeaf = false;
            v2.remove(base.child(LEAF));
        } catch (KernelException e) {
            log.debug("the leaf {} stays", v2.display(base.child(LEAF)), e);
        }
    }

    private void enterLeaf() {
        CgroupPath leaf = base.child(LEAF);
        v2.make(leaf);
        write(leaf, CgroupFiles.PROCS, Integer.toString(v2.syscalls().pid()));
        inLeaf = true;
        log.info("moved into {} so that groups below {} can have controllers", v2.display(leaf), v2.display(base));
    }

    /**
     * What protects this cgroup from reclaim, as {@code MemoryMin=} does, was meant for this process: without it in the leaf,
     * groups beside the leaf would share it (cgroup-v2.rst, memory.min). Pages from before the move stay the base's.
     */
    private void handDownProtection() {
        for (LimitFile file : List.of(LimitFile.MEMORY_MIN, LimitFile.MEMORY_LOW)) {
            String given = text(base, file.fileName()).strip();
            if (given.isEmpty() || given.equals("0")) {
                continue;
            }
            CgroupPath leaf = base.child(LEAF);
            try {
                write(leaf, file.fileName(), given);
            } catch (KernelException e) {
                log.warn(
                        "{} of {} protects the groups below as much as vigia: {}",
                        file.fileName(),
                        base,
                        e.getMessage());
            }
        }
    }

    /** A lookout that waits for a CPU beside the groups that it looks after sees too late that they want too much. It sleeps mostly. */
    private void comeFirst() {
        CgroupPath leaf = base.child(LEAF);
        if (text(leaf, LimitFile.CPU_WEIGHT.fileName()).isEmpty()) {
            return;
        }
        try {
            write(leaf, LimitFile.CPU_WEIGHT.fileName(), HIGHEST_WEIGHT);
        } catch (KernelException e) {
            log.warn("vigia gets no more of the CPUs than each group beside it: {}", e.getMessage());
        }
    }

    private Set<Controller> enabled(CgroupPath path) {
        return V2Controllers.parse(text(path, CgroupFiles.SUBTREE_CONTROL));
    }

    /** Members that are not this process; those outside our PID namespace, which appear as 0, are somebody, too. */
    private long others(CgroupPath path) {
        String self = Integer.toString(v2.syscalls().pid());
        return text(path, CgroupFiles.PROCS)
                .lines()
                .filter(line -> !line.isBlank() && !line.equals(self))
                .count();
    }

    private void writeControl(CgroupPath path, char sign, Set<Controller> controllers) {
        List<String> words = new ArrayList<>();
        controllers.forEach(c -> words.add(sign + c.kernelName()));
        write(path, CgroupFiles.SUBTREE_CONTROL, String.join(" ", words));
    }

    private void write(CgroupPath path, String file, String data) {
        Readings.then(directory(path), dir -> dir.write(file, data));
    }

    private String text(CgroupPath path, String file) {
        String text = Readings.then(directory(path), dir -> dir.read(file)).orNull();
        return text == null ? "" : text;
    }

    private Reading<CgroupDir> directory(CgroupPath path) {
        return v2.inode(path).map(inode -> new CgroupDir(v2, path, inode));
    }
}
