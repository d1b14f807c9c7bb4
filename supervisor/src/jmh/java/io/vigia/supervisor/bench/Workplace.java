package io.vigia.supervisor.bench;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder and a cgroup of one benchmark, {@code vigia-bench-<pid>}; closing it leaves nothing behind. */
final class Workplace implements AutoCloseable {
    private static final Path MOUNTS = Path.of("/sys/fs/cgroup");

    final Path folder;
    final Cgroups cgroups;
    final CgroupPath parent;

    Workplace() throws IOException {
        this(null);
    }

    /** @param at of the cgroups; {@code null} for a new place */
    Workplace(@Nullable CgroupPath at) throws IOException {
        String name = "vigia-bench-" + ProcessHandle.current().pid();
        Cgroups opened = HostCgroups.open(new JnaSyscalls()).orNull();
        if (opened == null) {
            throw new IOException("no cgroups to work with here: see vigia doctor");
        }
        cgroups = opened;
        parent = at != null ? at : placeOf(opened).child(name);
        folder = Files.createTempDirectory(name);
    }

    /** On v2 a cgroup that holds this process gives no controllers to children. */
    private static CgroupPath placeOf(Cgroups cgroups) {
        CgroupPath above = cgroups.own().parent();
        return cgroups.kind() == HierarchyKind.UNIFIED && above != null ? above : cgroups.own();
    }

    /** Where a cgroup is in a hierarchy, which may be below where it is in another: v2 for {@code ""}, else that v1 controller, if there is one. */
    @Nullable
    Path directory(CgroupPath path, String controller) {
        Cgroup cgroup = cgroups.open(path).orNull();
        if (cgroup == null) {
            return null;
        }
        Cgroup.Entry entry = cgroup.entry();
        String mount = MOUNTS.resolve(controller) + "/";
        return controller.isEmpty() || cgroups.kind() == HierarchyKind.UNIFIED
                ? Path.of(entry.v2Directory())
                : entry.v1TasksFiles().stream()
                        .filter(file -> file.startsWith(mount))
                        .map(file -> Path.of(file).getParent())
                        .findFirst()
                        .orElse(null);
    }

    Cgroup open(CgroupPath path) throws IOException {
        if (cgroups.open(path) instanceof Reading.Known<Cgroup>(Cgroup cgroup)) {
            return cgroup;
        }
        throw new IOException("no cgroup " + path);
    }

    /** All mount points under which {@code path} exists now. */
    List<Path> directories(CgroupPath path) throws IOException {
        try (Stream<Path> mounts = Files.list(MOUNTS)) {
            List<Path> found =
                    new ArrayList<>(mounts.map(root -> root.resolve(path.id())).toList());
            found.add(MOUNTS.resolve(path.id()));
            found.removeIf(directory -> !Files.isDirectory(directory));
            return found;
        }
    }

    /** A process that sleeps in every directory of the group; it ends with the group. */
    void fill(Cgroup group) throws IOException {
        StringBuilder script = new StringBuilder();
        for (String tasks : group.entry().v1TasksFiles()) {
            script.append("echo 0 > ").append(tasks).append(" && ");
        }
        script.append("echo 0 > ").append(group.entry().v2Directory()).append("/cgroup.procs && exec sleep 600");
        Process unused = new ProcessBuilder("sh", "-c", script.toString()).start();
    }

    /** Files of the groups that this process holds open, and for groups past the budget the same names. */
    List<String> heldFiles(List<CgroupPath> groups) throws IOException {
        TreeSet<String> held = new TreeSet<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : all.toList()) {
                try {
                    held.add(Files.readSymbolicLink(link).toString());
                } catch (IOException e) {
                    // The listing's own descriptor has gone.
                }
            }
        }
        // Above it the hierarchies may differ.
        String mark = "/" + parent.name() + "/";
        TreeSet<String> shapes = new TreeSet<>();
        for (String file : held) {
            int at = file.indexOf(mark);
            if (at >= 0 && Files.isRegularFile(Path.of(file))) {
                shapes.add(file.substring(0, at) + mark + "%s" + file.substring(file.lastIndexOf('/')));
            }
        }
        List<String> files = new ArrayList<>();
        for (CgroupPath group : groups) {
            shapes.forEach(shape -> files.add(String.format(Locale.ROOT, shape, group.name())));
        }
        return files;
    }

    @Override
    public void close() throws IOException {
        if (cgroups.open(parent) instanceof Reading.Known<Cgroup>(Cgroup cgroup)) {
            cgroup.killAll();
            for (int tries = 0; tries < 500; tries++) {
                if (cgroup.state() instanceof Reading.Known<Cgroup.State>(Cgroup.State state) && !state.populated()) {
                    break;
                }
                LockSupport.parkNanos(10_000_000);
            }
            try {
                cgroups.remove(parent);
            } catch (KernelException e) {
                Machine.say("left behind: " + e.getMessage());
            }
        }
        cgroups.close();
        deleteTree(folder);
    }

    static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
