package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.CgroupMembership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where one v2 cgroup is in the v1 hierarchies. Found at first use: at the same place relative to vigia's own; else where a
 * member process is; else under the same path. A hierarchy without one is asked again after a while. Thread-safe.
 */
final class V1Places {
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final V1Hierarchies hierarchies;
    private final CgroupPath path;
    private final @Nullable CgroupDir[] found;
    private final long[] missingSince;

    V1Places(V1Hierarchies hierarchies, CgroupPath path) {
        this.hierarchies = hierarchies;
        this.path = path;
        this.found = new CgroupDir[hierarchies.all().size()];
        this.missingSince = new long[found.length];
    }

    boolean has(Controller controller) {
        return hierarchies.indexOf(controller) >= 0;
    }

    Reading<CgroupDir> directory(Controller controller, HybridCgroup cgroup) {
        return at(hierarchies.indexOf(controller), cgroup);
    }

    /** Those that exist. */
    List<CgroupDir> directories(HybridCgroup cgroup) {
        List<CgroupDir> all = new ArrayList<>();
        for (int i = 0; i < found.length; i++) {
            CgroupDir dir = at(i, cgroup).orNull();
            if (dir != null) {
                all.add(dir);
            }
        }
        return all;
    }

    private synchronized Reading<CgroupDir> at(int index, HybridCgroup cgroup) {
        CgroupDir known = found[index];
        if (known != null) {
            return Reading.known(known);
        }
        Hierarchy hierarchy = hierarchies.all().get(index);
        long now = System.nanoTime();
        if (missingSince[index] == 0 || now - missingSince[index] > ASK_AGAIN_NANOS) {
            CgroupDir dir = find(hierarchy, cgroup);
            // Looked up by path: only good if the v2 cgroup did not change hands meanwhile.
            if (!cgroup.v2.isAlive()) {
                return Reading.gone();
            }
            if (dir != null) {
                found[index] = dir;
                return Reading.known(dir);
            }
            missingSince[index] = now == 0 ? 1 : now;
        }
        return Reading.unknown(
                "there is no cgroup for " + path + " in " + hierarchy.mount().mountPoint() + " (v1: "
                        + String.join(",", hierarchy.mount().controllers()) + ")");
    }

    private @Nullable CgroupDir find(Hierarchy hierarchy, HybridCgroup cgroup) {
        CgroupPath below = hierarchies.counterpart(hierarchy, path);
        CgroupDir dir = below == null ? null : open(hierarchy, below);
        if (dir == null) {
            CgroupPath ofMember = ofMember(hierarchy, cgroup);
            dir = ofMember == null ? null : open(hierarchy, ofMember);
        }
        return dir == null && !path.equals(below) ? open(hierarchy, path) : dir;
    }

    private @Nullable CgroupDir open(Hierarchy hierarchy, CgroupPath at) {
        Long inode = hierarchy.inode(at).orNull();
        return inode == null ? null : new CgroupDir(hierarchy, at, inode);
    }

    // Only a place that is not the root: a member that was never moved in v1 says nothing about this group.
    private static @Nullable CgroupPath ofMember(Hierarchy hierarchy, HybridCgroup cgroup) {
        List<Integer> members = cgroup.processes().orNull();
        if (members == null || members.isEmpty()) {
            return null;
        }
        try {
            String text = new String(
                    Files.readAllBytes(Path.of("/proc/" + members.getFirst() + "/cgroup")),
                    StandardCharsets.ISO_8859_1);
            String controller = hierarchy.mount().controllers().iterator().next();
            CgroupMembership.Place place = CgroupMembership.parse(text).of(controller);
            CgroupPath at = place == null || place.deleted() ? null : place.cgroupPath();
            return at == null || at.isRoot() || at.equals(hierarchy.mount().own()) ? null : at;
        } catch (IOException e) {
            return null;
        }
    }
}
