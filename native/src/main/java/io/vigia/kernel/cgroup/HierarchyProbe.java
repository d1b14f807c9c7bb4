package io.vigia.kernel.cgroup;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.parse.CgroupMembership;
import io.vigia.kernel.parse.MountEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the hierarchies from {@code /proc/self/mountinfo} and {@code /proc/self/cgroup} (cgroups(7)). With a cgroup
 * namespace of its own, or a bind mount of a subtree, the root is what is mounted.
 */
public final class HierarchyProbe {
    /** v1 controllers that vigia uses; others (devices, freezer, named hierarchies) are left alone. */
    private static final Set<String> USED_V1 = Set.of("cpu", "cpuacct", "memory", "pids", "blkio", "cpuset");

    private HierarchyProbe() {}

    /** Of this process. */
    public static HierarchyLayout ofHost() {
        try {
            return of(latin1("/proc/self/mountinfo"), latin1("/proc/self/cgroup"));
        } catch (IOException e) {
            return new HierarchyLayout.None(
                    "cannot read " + e.getMessage(), "mount /proc (mount -t proc proc /proc) where vigia runs");
        }
    }

    /** Pure: both texts decoded as ISO-8859-1. */
    public static HierarchyLayout of(String mountinfo, String selfCgroup) {
        CgroupMembership membership = CgroupMembership.parse(selfCgroup);
        List<MountEntry> mounts = VisibleMounts.of(MountEntry.parse(mountinfo));
        CgroupMount v2 = best(mounts, "cgroup2", null, membership.unified());
        List<CgroupMount> v1 = v1(mounts, membership);
        if (v2 == null) {
            return v1.isEmpty()
                    ? new HierarchyLayout.None(
                            "no cgroup file system is mounted", "mount -t cgroup2 none /sys/fs/cgroup")
                    : new HierarchyLayout.None(
                            "only v1 hierarchies are mounted; events, freezing, killing and pressure need a v2 tree",
                            "mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified");
        }
        return v1.isEmpty() ? new HierarchyLayout.Unified(v2) : new HierarchyLayout.Hybrid(v2, v1);
    }

    private static String latin1(String file) throws IOException {
        return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
    }

    private static List<CgroupMount> v1(List<MountEntry> mounts, CgroupMembership membership) {
        List<CgroupMount> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (CgroupMembership.Place place : membership.places()) {
            for (String controller : place.controllers()) {
                if (USED_V1.contains(controller) && !seen.contains(controller)) {
                    CgroupMount mount = best(mounts, "cgroup", controller, place);
                    if (mount != null) {
                        found.add(mount);
                        seen.addAll(mount.controllers());
                    }
                }
            }
        }
        return found;
    }

    private static @Nullable CgroupMount best(
            List<MountEntry> mounts,
            String fsType,
            @Nullable String controller,
            CgroupMembership.@Nullable Place place) {
        return mounts.stream()
                .filter(m -> m.fsType().equals(fsType))
                .filter(m -> controller == null || m.superOptions().contains(controller))
                .map(m -> new Candidate(m, own(m.root(), place)))
                .min(Comparator.comparing((Candidate c) -> !c.holdsUs())
                        .thenComparing(c -> c.mount().readOnly())
                        .thenComparing(c -> !c.mount().mountPoint().startsWith("/sys/fs/cgroup"))
                        .thenComparing(c -> c.mount().root().length()))
                .map(c -> new CgroupMount(
                        c.mount().mountPoint(),
                        c.own() == null ? CgroupPath.ROOT : c.own(),
                        controllers(c.mount(), place),
                        c.mount().readOnly(),
                        c.holdsUs()))
                .orElse(null);
    }

    private record Candidate(MountEntry mount, @Nullable CgroupPath own) {
        boolean holdsUs() {
            return own != null;
        }
    }

    private static Set<String> controllers(MountEntry mount, CgroupMembership.@Nullable Place place) {
        Set<String> all = new HashSet<>();
        if (place != null) {
            place.controllers().stream()
                    .filter(c -> USED_V1.contains(c) && mount.superOptions().contains(c))
                    .forEach(all::add);
        }
        return all;
    }

    /** Where the process is below what is mounted; {@code null} if that cannot be told from the two texts. */
    private static @Nullable CgroupPath own(String mountRoot, CgroupMembership.@Nullable Place place) {
        CgroupPath path = place == null ? null : place.cgroupPath();
        if (path == null || mountRoot.equals("/..") || mountRoot.startsWith("/../")) {
            return null;
        }
        CgroupPath root = new CgroupPath(mountRoot);
        if (!path.isWithin(root)) {
            return null;
        }
        return root.isRoot()
                ? path
                : path.equals(root)
                        ? CgroupPath.ROOT
                        : new CgroupPath(path.text().substring(root.text().length()));
    }
}
