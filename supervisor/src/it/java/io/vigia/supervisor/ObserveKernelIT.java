package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.guest.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What vigia manages it sees, although the configuration observes something else; and what it made for that goes with it. */
class ObserveKernelIT {
    @TempDir
    private Path stateDir;

    @Test
    void seesItsOwnGroupsWhateverElseIsObserved() throws Exception {
        String parent = "vigia-it-observe-" + ProcessHandle.current().pid();
        try (Cgroups cgroups = RealCgroups.open()) {
            try (VigiaProcess vigia = VigiaProcess.serve(
                            stateDir, List.of("env", "VIGIA_OBSERVE=/nobody-has-this/**"), "--parent", "/" + parent)
                    .awaitReady()) {
                VigiaProcess.Answer made = vigia.put("/api/v1/groups/mine", """
                    apiVersion: vigia.io/v1
                    kind: Group
                    metadata: {name: mine}
                    spec:
                      containers: [{name: main, command: [sleep, '600']}]
                    """);
                assertThat(made.status()).as(made.body()).isEqualTo(201);
                vigia.event("container.started", data -> true);
                vigia.event("group.populated", data -> true);
                assertThat(vigia.send("DELETE", "/api/v1/groups/mine?grace=0s", "")
                                .status())
                        .isEqualTo(202);
                vigia.event("group.removed", data -> true);
            }
            assertThat(cgroups.open(new CgroupPath("/" + parent)).orNull())
                    .as("the parent that vigia made")
                    .isNull();
        }
    }

    /** As service managers and runtimes do, between fork and exec: no message of the kernel says so. */
    @Test
    void knowsWhereAProcessIsThatMovedBeforeItsExec() throws Exception {
        String name = "vigia-it-moved-" + ProcessHandle.current().pid();
        try (Cgroups cgroups = RealCgroups.open()) {
            CgroupPath own = cgroups.own();
            Path directory = Path.of(
                    Objects.requireNonNull(cgroups.open(own).orNull()).entry().v2Directory(), name);
            Files.writeString(stateDir.resolve("vigia.yaml"), "processes: {events: ['" + own.child(name) + "']}\n");
            Files.createDirectory(directory);
            Process sleeper = null;
            try (VigiaProcess vigia = VigiaProcess.serve(
                            stateDir,
                            List.of(),
                            "--parent",
                            "/" + name + "-own",
                            "--config",
                            stateDir.resolve("vigia.yaml").toString())
                    .awaitReady()) {
                sleeper = new ProcessBuilder("sh", "-ec", "echo 0 >" + directory + "/cgroup.procs; exec sleep 600")
                        .start();
                long pid = sleeper.pid();
                // The shell's own may be told, too: where it is then is looked at after the message, and may be after
                // the move.
                JsonObject unused = vigia.event(
                        "process.execed",
                        d -> d.getLong("pid") == pid && d.getString("comm").equals("sleep"));
                sleeper.destroy();
                vigia.event("process.exited", d -> d.getLong("pid") == pid);
            } finally {
                if (sleeper != null) {
                    boolean unused = sleeper.destroyForcibly().waitFor(Patience.seconds(20), TimeUnit.SECONDS);
                }
                Files.delete(directory);
            }
        }
    }
}
