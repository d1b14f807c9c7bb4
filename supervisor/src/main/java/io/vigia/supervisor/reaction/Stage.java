package io.vigia.supervisor.reaction;

import io.vigia.kernel.cgroup.CgroupMount;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HierarchyLayout;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Syscalls;
import io.vigia.supervisor.lease.LeaseLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of plain files that stands in for the kernel's cgroups, with two groups, for {@link Rehearsal}. Blocking; workers. */
final class Stage implements AutoCloseable {
    static final CgroupPath TARGET = new CgroupPath("/target");
    static final CgroupPath VICTIM = new CgroupPath("/victim");

    private static final CgroupPath OWN = new CgroupPath("/own");

    private final Path folder;
    private final HierarchyKind kind;
    final Cgroups cgroups;
    final LeaseLog leases;

    private Stage(Path folder, HierarchyKind kind, Cgroups cgroups, LeaseLog leases) {
        this.folder = folder;
        this.kind = kind;
        this.cgroups = cgroups;
        this.leases = leases;
    }

    /** @param folder its own; what an earlier one left is removed */
    static Stage build(Path folder, HierarchyKind kind, Syscalls syscalls) throws IOException {
        remove(folder);
        // Ours alone, and not one that somebody else made meanwhile: the socket's directory may be anybody's.
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path unified = folder.resolve("unified");
        Path cpu = folder.resolve("cpu");
        Path memory = folder.resolve("memory");
        for (CgroupPath group : List.of(OWN, TARGET, VICTIM)) {
            Path v2 = Files.createDirectories(unified.resolve(group.id()));
            Files.writeString(v2.resolve("cgroup.events"), "populated 1\nfrozen 0\n");
            // As long as what is written over it: a plain file keeps what is beyond.
            Files.writeString(v2.resolve("cpu.max"), "90000 100000\n");
            Path v1 = Files.createDirectories(cpu.resolve(group.id()));
            Files.writeString(v1.resolve("cpu.cfs_quota_us"), "90000\n");
            Files.writeString(v1.resolve("cpu.cfs_period_us"), "100000\n");
            Files.writeString(
                    Files.createDirectories(memory.resolve(group.id())).resolve("memory.failcnt"), "0\n");
        }
        Files.writeString(unified.resolve("cgroup.controllers"), kind == HierarchyKind.UNIFIED ? "cpu memory\n" : "\n");
        CgroupMount v2 = new CgroupMount(text(unified), OWN, Set.of(), false);
        HierarchyLayout layout = kind == HierarchyKind.UNIFIED
                ? new HierarchyLayout.Unified(v2)
                : new HierarchyLayout.Hybrid(
                        v2,
                        List.of(
                                new CgroupMount(text(cpu), OWN, Set.of("cpu"), false),
                                new CgroupMount(text(memory), OWN, Set.of("memory"), false)));
        return switch (HostCgroups.open(syscalls, layout)) {
            case Reading.Known<Cgroups>(Cgroups cgroups) ->
                begun(new Stage(folder, kind, cgroups, LeaseLog.open(folder, folder.resolve("socket"), null)));
            case Reading.Unknown<Cgroups>(String why) -> throw new IOException(why);
            case Reading.Gone<Cgroups>() -> throw new NoSuchFileException(folder.toString());
        };
    }

    private static Stage begun(Stage stage) throws IOException {
        stage.kills(0);
        return stage;
    }

    /** Counts so many kills in the target, as the kernel would. */
    void kills(int count) throws IOException {
        if (kind == HierarchyKind.UNIFIED) {
            String text = "low 0\nhigh 0\nmax 0\noom " + count + "\noom_kill " + count + "\noom_group_kill 0\n";
            Path target = folder.resolve("unified").resolve(TARGET.id());
            Files.writeString(target.resolve("memory.events.local"), text);
            Files.writeString(target.resolve("memory.events"), text);
        } else {
            Files.writeString(
                    folder.resolve("memory").resolve(TARGET.id()).resolve("memory.oom_control"),
                    "oom_kill_disable 0\nunder_oom 0\noom_kill " + count + "\n");
        }
    }

    private static String text(Path path) {
        return path.toAbsolutePath().toString();
    }

    @Override
    public void close() throws IOException {
        leases.close();
        cgroups.close();
        remove(folder);
    }

    /** Does nothing where there is none; what is somebody else's is not touched. */
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new IOException(folder + " belongs to user " + owner);
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
