package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.guest.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of somebody else that is made in one hierarchy after the other, as service managers and runtimes do. */
class LateHierarchiesKernelIT {
    @TempDir
    private Path stateDir;

    @Test
    void watchesDirectoriesThatAreMadeAfterTheGroupWasSeen() throws Exception {
        String name = "vigia-it-late-" + ProcessHandle.current().pid();
        try (Cgroups cgroups = RealCgroups.open()) {
            assumeTrue(cgroups.kind() == HierarchyKind.HYBRID, "this host has one hierarchy only");
            var own =
                    Objects.requireNonNull(cgroups.open(cgroups.own()).orNull()).entry();
            CgroupPath group = cgroups.own().child(name);
            Path v2 = Path.of(own.v2Directory(), name);
            Path cpu = own.v1TasksFiles().stream()
                    .map(tasks -> Path.of(tasks).getParent())
                    .filter(directory -> Files.exists(directory.resolve("cpu.shares")))
                    .findFirst()
                    .map(directory -> directory.resolve(name))
                    .orElseThrow();
            Files.writeString(
                    stateDir.resolve("vigia.yaml"), "observe: ['" + group + "']\nenforce: ['" + group + "']\n");
            try (VigiaProcess vigia = VigiaProcess.serve(
                            stateDir,
                            List.of(),
                            "--parent",
                            "/" + name + "-own",
                            "--config",
                            stateDir.resolve("vigia.yaml").toString())
                    .awaitReady()) {
                Files.createDirectory(v2);
                vigia.event("group.created", d -> d.getString("path").equals(group.text()));
                Files.createDirectory(cpu);
                AtomicInteger shares = new AtomicInteger(200);
                // Written again until the directory is watched, which nothing tells.
                await().atMost(Patience.of(30)).untilAsserted(() -> {
                    Files.writeString(cpu.resolve("cpu.shares"), Integer.toString(shares.incrementAndGet()));
                    JsonArray drifts = new JsonArray(
                            vigia.get("/api/v1/events?type=limits.drifted").body());
                    assertThat(drifts)
                            .isNotEmpty()
                            .allSatisfy(drift -> assertThat(((JsonObject) drift).getString("subject"))
                                    .isEqualTo(group.id()));
                });
            } finally {
                Files.deleteIfExists(cpu);
                Files.deleteIfExists(v2);
            }
        }
    }
}
