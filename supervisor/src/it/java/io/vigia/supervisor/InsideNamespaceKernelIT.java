package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.sys.JnaSyscalls;
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
    private static final String MOUNT = "/sys/fs/cgroup";

    @TempDir
    private Path stateDir;

    @Test
    void managesGroupsBelowTheRootThatItSees() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
        Cgroups found = HostCgroups.open(new JnaSyscalls()).orNull();
        assumeTrue(found != null, "this host has no cgroup v2 tree");
        try (Cgroups cgroups = Objects.requireNonNull(found)) {
            assumeTrue(cgroups.kind() == HierarchyKind.UNIFIED, "only tried where no v1 tree is seen beside");
            Path own =
                    Path.of(MOUNT, "vigia-it-inside-" + ProcessHandle.current().pid());
            Files.createDirectory(own);
            try (VigiaProcess vigia = VigiaProcess.serve(stateDir, inside(own)).awaitReady()) {
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
                assertThat(Files.readString(own.resolve("vigia/g/memory.max"))).isEqualTo((64L << 20) + "\n");
                assertThat(Files.readString(own.resolve("vigia/g/main/cgroup.procs")))
                        .isNotBlank();
                assertThat(Files.readString(own.resolve("cgroup.procs")))
                        .as("vigia made room for its groups")
                        .isBlank();
                assertThat(vigia.get("/api/v1/groups/g").status()).isEqualTo(200);
                assertThat(vigia.get("/api/v1/groups").body())
                        .as("its own tree and nothing of what is around it")
                        .contains("\"vigia/g/main\"")
                        .doesNotContain(own.getFileName().toString(), "ci/tests");
                assertThat(vigia.send("DELETE", "/api/v1/groups/g?grace=0s", "").status())
                        .isEqualTo(202);
                vigia.event("group.removed", data -> true);
                await().atMost(VigiaProcess.BOUND).until(() -> !Files.exists(own.resolve("vigia/g")));
            } finally {
                Files.writeString(own.resolve("cgroup.kill"), "1");
                await().atMost(VigiaProcess.BOUND).until(() -> removed(own));
            }
        }
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

    /**
     * Enters the cgroup before the namespace, whose root is where its maker is then. A fresh mount shows that root; the kernel
     * refuses one over another of the same tree.
     */
    private static List<String> inside(Path own) {
        return List.of(
                "sh",
                "-ec",
                "echo 0 >" + own + "/cgroup.procs; exec unshare --cgroup --mount --propagation private sh -ec '"
                        + "umount " + MOUNT + "; mount -t cgroup2 cgroup2 " + MOUNT + "; exec \"$@\"' sh \"$@\"",
                "sh");
    }
}
