package io.vigia.supervisor.node;

import io.vigia.kernel.inotify.CgroupWatcher;
import io.vigia.kernel.inotify.Inotify;
import io.vigia.kernel.inotify.Observed;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Fd;
import io.vigia.supervisor.group.V1Watches;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup tree as inotify tells of it.
 *
 * @param watcher of the v2 tree; {@code null} where there is none
 * @param v1 the v1 directories of the same groups, on a hybrid host
 */
record WatchedTree(@Nullable CgroupWatcher watcher, V1Watches v1) {
    static WatchedTree of(Base base) {
        Fd root = base.opened.cgroupRoot();
        CgroupWatcher watcher = root == null ? null : watcher(base, root);
        V1Watches v1 = new V1Watches(base.loop, base.syscalls, base.cgroups, base.workers, watcher, base.sources);
        return new WatchedTree(watcher, v1);
    }

    private static CgroupWatcher watcher(Base base, Fd root) {
        Inotify inotify = base.closing.laterOnLoop(base.loop, "inotify", new Inotify(base.loop, base.syscalls));
        List<String> observe = new ArrayList<>(
                base.config.observe().stream().map(Object::toString).toList());
        // What vigia manages it sees, whatever else is observed.
        if (base.parent != null) {
            observe.add(base.parent.text());
            observe.add(base.parent.text() + "/**");
        }
        Observed observed = new Observed(observe);
        return base.closing.laterOnLoop(
                base.loop,
                "cgroup watcher",
                new CgroupWatcher(base.loop, base.syscalls, inotify, root, observed, base.sources));
    }

    /** Whether every change of a notifying file is told, because all groups are watched. Any thread. */
    boolean tellsAll() {
        return watcher != null && watcher.support() instanceof Support.Available;
    }
}
