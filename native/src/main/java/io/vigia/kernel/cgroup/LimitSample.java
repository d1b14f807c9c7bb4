package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a limit file exists, looked up in a group that there is: the root has none of them (CFTYPE_NOT_ON_ROOT), and
 * making a group only to look would be seen by everybody who watches.
 */
final class LimitSample {
    private static final int MOST_SAMPLES = 16;

    private LimitSample() {}

    /** @param names any one of which is enough */
    static Support support(Hierarchy hierarchy, List<String> names) {
        List<CgroupPath> samples = new ArrayList<>();
        List<CgroupPath> children = hierarchy.children(hierarchy.mount().own()).orNull();
        if (children != null) {
            samples.addAll(children.subList(0, Math.min(children.size(), MOST_SAMPLES)));
        }
        samples.add(hierarchy.mount().own());
        boolean seen = false;
        for (CgroupPath path : samples) {
            Long inode = hierarchy.inode(path).orNull();
            if (inode == null) {
                continue;
            }
            CgroupDir dir = new CgroupDir(hierarchy, path, inode);
            for (String name : names) {
                if (dir.has(name)) {
                    return new Support.Available(name);
                }
            }
            seen |= !path.isRoot() && delegated(dir);
        }
        String name = String.join(" or ", names);
        return seen
                ? new Support.Missing(
                        "this kernel has no " + name + " in "
                                + hierarchy.mount().mountPoint(),
                        "use a kernel that is built with it")
                : new Support.Available(name + ", to be seen once there is a group");
    }

    // A v2 group without controllers shows no file of any; v1 groups always show theirs.
    private static boolean delegated(CgroupDir dir) {
        Reading<String> controllers = dir.read(CgroupFiles.CONTROLLERS);
        return !(controllers instanceof Reading.Known<String>(String text)) || !text.isBlank();
    }
}
