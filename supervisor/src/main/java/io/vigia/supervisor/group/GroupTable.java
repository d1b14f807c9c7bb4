package io.vigia.supervisor.group;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The living groups by path. Kernel-loop thread only: that one writer is why there is no lock. */
public final class GroupTable {
    private final TreeMap<CgroupPath, GroupEntry> byPath = new TreeMap<>();

    /** Puts a new group; a former one under the same path is replaced and given back. */
    @Nullable
    public GroupEntry put(CgroupPath path, CgroupId id) {
        return byPath.put(path, new GroupEntry(path, id));
    }

    /** The group at this path now; {@code null}: none. */
    @Nullable
    public GroupEntry get(CgroupPath path) {
        return byPath.get(path);
    }

    /** The group, if it is still the one that the event spoke of. */
    @Nullable
    public GroupEntry get(CgroupPath path, CgroupId id) {
        GroupEntry entry = byPath.get(path);
        return entry != null && entry.id.equals(id) ? entry : null;
    }

    @Nullable
    GroupEntry remove(CgroupPath path, @Nullable CgroupId id) {
        GroupEntry entry = byPath.get(path);
        if (entry == null || (id != null && !entry.id.equals(id))) {
            return null;
        }
        return byPath.remove(path);
    }

    /** By path; the live collection, so for one turn of the loop. */
    public Collection<GroupEntry> all() {
        return byPath.values();
    }

    /** All groups whose path sorts after this one; {@code null}: from the first. */
    public Collection<GroupEntry> after(@Nullable CgroupPath path) {
        return path == null ? byPath.values() : byPath.tailMap(path, false).values();
    }

    public int size() {
        return byPath.size();
    }

    /** Direct children, in order of their names. */
    public List<CgroupPath> children(CgroupPath parent) {
        List<CgroupPath> children = new ArrayList<>();
        String prefix = parent.isRoot() ? "/" : parent.text() + "/";
        for (CgroupPath path :
                byPath.tailMap(new CgroupPath(parent.text()), false).keySet()) {
            if (!path.text().startsWith(prefix)) {
                // Names such as "a-b" sort between "a" and "a/b".
                if (path.text().startsWith(parent.text())) {
                    continue;
                }
                break;
            }
            if (path.text().indexOf('/', prefix.length()) < 0) {
                children.add(path);
            }
        }
        return children;
    }

    /** This group and all below it. */
    List<GroupEntry> subtree(CgroupPath top) {
        List<GroupEntry> found = new ArrayList<>();
        for (GroupEntry entry : byPath.tailMap(top, true).values()) {
            if (entry.path.isWithin(top)) {
                found.add(entry);
            } else if (!entry.path.text().startsWith(top.text())) {
                break;
            }
        }
        return found;
    }
}
