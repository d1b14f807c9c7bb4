package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A vigia with cgroup, PID and mount namespaces of its own, as in a container: its root is what is mounted, and processes of other PID
 * namespaces are listed as 0, which is nobody.
 */
class InsideContainerKernelIT {
    private static final Path V2 = Path.of("/sys/fs/cgroup/unified");

    @TempDir
    Path directory;

    private final Path top = V2.resolve("vigia-it-" + ProcessHandle.current().pid() + "-inside");
    private final Path stranger = top.resolve("stranger");
    private @Nullable Process outside;
    private @Nullable VigiaProcess vigia;

    @BeforeEach
    void makeTheContainersGroup() throws Exception {
        assumeTrue(Files.isDirectory(V2), "only tried where no controller of the v2 tree must be delegated");
        assumeTrue("root".equals(System.getProperty("user.name")), "namespaces of its own need root");
        Files.createDirectories(stranger);
        Process process = new ProcessBuilder("sleep", "600").start();
        outside = process;
        Files.writeString(stranger.resolve("cgroup.procs"), Long.toString(process.pid()));
    }

    @AfterEach
    void clean() throws Exception {
        if (vigia != null) {
            vigia.close();
        }
        if (outside != null) {
            outside.destroyForcibly();
            assertThat(outside.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        if (Files.exists(top)) {
            await().atMost(VigiaProcess.BOUND).until(() -> Files.readString(top.resolve("cgroup.events"))
                    .contains("populated 0"));
            for (Path each : List.of(top.resolve("inner"), stranger, top)) {
                Files.deleteIfExists(each);
            }
        }
    }

    private VigiaProcess serve() throws IOException {
        String enter = "mkdir -p " + top + "/inner; echo 0 > " + top + "/cgroup.procs; exec unshare -C -m -p --fork"
                + " --mount-proc --kill-child --propagation private sh -ec '"
                + "mount -t cgroup2 none " + V2 + "; exec \"$@\"' sh \"$@\"";
        VigiaProcess started = VigiaProcess.serve(directory, List.of("sh", "-ec", enter, "sh"), "--parent", "/inner");
        vigia = started;
        return started.awaitReady();
    }

    @Test
    void seesItsOwnSubtreeAsTheRootAndStrangersAsNobody() throws Exception {
        VigiaProcess running = serve();
        JsonArray items = running.get("/api/v1/groups").json().getJsonArray("items");
        assertThat(items).extracting(item -> ((JsonObject) item).getString("id")).contains("stranger", "inner");
        assertThat(items).noneMatch(item -> ((JsonObject) item).getString("id").contains("-inside"));
        JsonObject group = running.get("/api/v1/groups/stranger").json();
        assertThat(group.getString("state")).isEqualTo("running");
        assertThat(running.get("/api/v1/groups/stranger/processes").body()).doesNotContain("\"pid\":0");
        VigiaProcess.Answer refused = running.send(
                "POST",
                "/api/v1/groups/stranger/kill",
                "{\"signal\":\"KILL\",\"scope\":\"process\",\"pid\":0}",
                "Content-Type: application/json");
        assertThat(refused.status()).as(refused.body()).isBetween(400, 499);
        assertThat(outside.isAlive()).isTrue();
    }
}
