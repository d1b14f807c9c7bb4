package io.vigia.kernel.process;

import io.vigia.kernel.model.CgroupPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@link ProcessTable} knows of one process, with its place in the tree of those that live. Kernel-loop thread only. */
final class TableEntry {
    final int pid;

    /** Who forked it, alive or not; 0 when not known. */
    int forker;

    /** {@code null} when it is not known. */
    @Nullable
    CgroupPath cgroup;

    /** The message of its fork was not seen: it is older than the messages, or waits in the socket. */
    boolean forkUntold;

    private @Nullable TableEntry ancestor;
    private Set<TableEntry> children = Set.of();

    TableEntry(int pid, int forker, boolean forkUntold) {
        this.pid = pid;
        this.forker = forker;
        this.forkUntold = forkUntold;
    }

    /** The nearest of those it descends from that lives; {@code null} when none is known. */
    @Nullable
    TableEntry ancestor() {
        return ancestor;
    }

    void descendFrom(@Nullable TableEntry to) {
        if (ancestor == to || to == this) {
            return;
        }
        if (ancestor != null) {
            ancestor.children.remove(this);
        }
        ancestor = to;
        if (to != null) {
            if (to.children.isEmpty()) {
                to.children = new HashSet<>(4);
            }
            boolean unused = to.children.add(this);
        }
    }

    void forEachDescendant(Consumer<TableEntry> action) {
        for (TableEntry child : children) {
            action.accept(child);
            child.forEachDescendant(action);
        }
    }

    /** It ended: its children descend from whom it descended from. */
    void end() {
        TableEntry above = ancestor;
        for (TableEntry child : List.copyOf(children)) {
            child.descendFrom(above);
        }
        descendFrom(null);
    }
}
