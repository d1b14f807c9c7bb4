package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** vigia as in a container: in a cgroup namespace of its own, where the root of what is mounted is its own cgroup. */
class InsideNamespaceKernelIT {
    /** Of each hierarchy a mount that begins at the root which the namespace has: the kernel refuses one over another of the same tree. */
    private static final String MOUNTS_ANEW = """
        grep -E '^[^ ]+ /sys/fs/cgroup[^ ]* cgroup2? ' /proc/mounts >"$1"
        while read -r source target type options rest; do
            umount "$target"
            controllers=$(echo "$options" | tr , '\\n' | grep -xE 'cpu|cpuacct|cpuset|memory|blkio|pids|freezer|devices' | paste -sd ,)
            if [ "$type" = cgroup2 ]; then
                mount -t cgroup2 cgroup2 "$target"
            elif [ -n "$controllers" ]; then
                mount -t cgroup -o "$controllers" cgroup "$target"
            fi
        done <"$1"
        shift
        exec "$@"
        """;

    @TempDir
    private Path stateDir;

    @Test
    void managesGroupsBelowTheRootThatItSees() throws Exception {
        try (Cgroups cgroups = RealCgroups.open()) {
            boolean hybrid = cgroups.kind() == HierarchyKind.HYBRID;
            CgroupPath path = (hybrid ? cgroups.own() : CgroupPath.ROOT)
                    .child("vigia-it-inside-" + ProcessHandle.current().pid());
            Cgroup.Entry entry = hybrid ? cgroups.create(path).entry() : madeByHand(path);
            Path own = Path.of(entry.v2Directory());
            Path memory = directory(entry, hybrid ? "memory.limit_in_bytes" : "memory.max", own);
            try (VigiaProcess vigia =
                    VigiaProcess.serve(stateDir, inside(entry)).awaitReady()) {
                VigiaProcess.Answer made = vigia.put("/api/v1/groups/g", """
                    apiVersion: vigia.io/v1
                    kind: Group
                    metadata: {name: g}
                    spec:
                      limits: {memory.max: 64Mi, pids.max: 20}
                      containers: [{name: main, command: [sleep, '600'], restart: {policy: never}}]
                    """);
                assertThat(made.status()).as(made.body()).isEqualTo(201);
                vigia.event("container.started", data -> true);
                assertThat(Files.readString(
                                memory.resolve(hybrid ? "vigia/g/memory.limit_in_bytes" : "vigia/g/memory.max")))
                        .isEqualTo((64L << 20) + "\n");
                assertThat(Files.readString(own.resolve("vigia/g/main/cgroup.procs")))
                        .isNotBlank()
                        .isEqualTo(Files.readString(memory.resolve("vigia/g/main/cgroup.procs")));
                if (!hybrid) {
                    assertThat(Files.readString(own.resolve("cgroup.procs")))
                            .as("vigia made room for its groups")
                            .isBlank();
                }
                assertThat(vigia.get("/api/v1/groups/g").status()).isEqualTo(200);
                assertThat(vigia.get("/api/v1/groups").body())
                        .as("its own tree and nothing of what is around it")
                        .contains("\"vigia/g/main\"")
                        .doesNotContain(own.getFileName().toString(), "ci/tests");
                assertThat(vigia.send("DELETE", "/api/v1/groups/g?grace=0s", "").status())
                        .isEqualTo(202);
                vigia.event("group.removed", data -> true);
                await().atMost(VigiaProcess.BOUND)
                        .until(() -> !Files.exists(own.resolve("vigia/g")) && !Files.exists(memory.resolve("vigia/g")));
            } finally {
                Files.writeString(own.resolve("cgroup.kill"), "1");
                await().atMost(VigiaProcess.BOUND).until(() -> removed(own) && allRemoved(entry));
            }
        }
    }

    private static Cgroup.Entry madeByHand(CgroupPath path) throws IOException {
        Path directory = Files.createDirectory(Path.of("/sys/fs/cgroup" + path));
        return new Cgroup.Entry(path, directory.toString(), List.of());
    }

    private static Path directory(Cgroup.Entry entry, String file, Path otherwise) {
        return v1(entry)
                .filter(directory -> Files.exists(directory.resolve(file)))
                .findFirst()
                .orElse(otherwise);
    }

    private static Stream<Path> v1(Cgroup.Entry entry) {
        return entry.v1TasksFiles().stream()
                .map(tasks -> Objects.requireNonNull(Path.of(tasks).getParent()));
    }

    private static boolean allRemoved(Cgroup.Entry entry) {
        return v1(entry).allMatch(directory -> !Files.exists(directory) || removed(directory));
    }

    /** With what is below it, which a failed test may have left. */
    private static boolean removed(Path own) {
        try (Stream<Path> inside = Files.walk(own)) {
            for (Path each : inside.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.delete(each);
            }
            return true;
        } catch (IOException | UncheckedIOException busy) {
            return false;
        }
    }

    /** Enters the cgroup before the namespace, whose root is where its maker is then. */
    private List<String> inside(Cgroup.Entry entry) throws IOException {
        StringBuilder script = new StringBuilder();
        entry.v1TasksFiles()
                .forEach(tasks -> script.append("echo 0 >").append(tasks).append('\n'));
        script.append("echo 0 >").append(entry.v2Directory()).append("/cgroup.procs\n");
        Path mounts = Files.writeString(stateDir.resolve("mounts.sh"), MOUNTS_ANEW);
        script.append("exec unshare --cgroup --mount --propagation private sh -e ")
                .append(mounts)
                .append(' ')
                .append(stateDir.resolve("mounts"))
                .append(" \"$@\"\n");
        return List.of(
                "sh",
                "-e",
                Files.writeString(stateDir.resolve("enter.sh"), script).toString());
    }
}
