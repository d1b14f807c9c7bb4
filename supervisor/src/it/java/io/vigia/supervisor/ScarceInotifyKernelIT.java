package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
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
 * The kernel's limits of inotify, met for real: a user namespace has limits of its own ({@code /proc/sys/user}), so nobody else of this
 * host is short of anything.
 */
class ScarceInotifyKernelIT {
    @TempDir
    Path stateDir;

    private final Path group =
            Path.of("/sys/fs/cgroup/unified/vigia-it-" + ProcessHandle.current().pid() + "-scarce");

    /** There from the start: a host with nothing but its root would do with a single watch. */
    private final Path present =
            Path.of("/sys/fs/cgroup/unified/vigia-it-" + ProcessHandle.current().pid() + "-present");

    private @Nullable VigiaProcess vigia;

    @BeforeEach
    void requireUserNamespaces() throws Exception {
        assumeTrue(
                Files.isDirectory(Path.of("/sys/fs/cgroup/unified")),
                "only where the v2 tree is writable without moving anybody");
        assumeTrue("root".equals(System.getProperty("user.name")), "entering a user namespace to raise its limits");
        assumeTrue(
                run("unshare", "-U", "--map-root-user", "test", "-w", "/proc/sys/user/max_inotify_watches") == 0,
                "user namespaces cannot be made here");
        Files.createDirectories(present);
    }

    @AfterEach
    void stop() throws Exception {
        if (vigia != null) {
            vigia.close();
        }
        Files.deleteIfExists(group);
        Files.deleteIfExists(present);
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private VigiaProcess serveWith(String limit, int value) throws Exception {
        VigiaProcess started = VigiaProcess.serve(
                stateDir,
                List.of(
                        "unshare",
                        "-U",
                        "--map-root-user",
                        "sh",
                        "-ec",
                        "echo " + value + " > /proc/sys/user/" + limit + "; exec \"$@\"",
                        "sh"),
                "--parent",
                "/vigia-it-none");
        vigia = started;
        return started.awaitReady();
    }

    private static void raise(VigiaProcess running, String limit) throws Exception {
        String pid = Long.toString(running.pid());
        assertThat(run(
                        "nsenter",
                        "-t",
                        pid,
                        "-U",
                        "--preserve-credentials",
                        "sh",
                        "-c",
                        "echo 100000 > /proc/sys/user/" + limit))
                .isZero();
    }

    private void saysWhatToRaiseAndRecovers(String limit, int value, String sysctl) throws Exception {
        VigiaProcess running = serveWith(limit, value);
        JsonObject check = running.readiness("inotify");
        assertThat(check).as(running.get("/readyz").body()).isNotNull();
        assertThat(check.getString("status")).isEqualTo("degraded");
        assertThat(check.getString("remedy")).contains(sysctl);
        assertThat(running.output()).contains(sysctl);

        raise(running, limit);
        await().atMost(VigiaProcess.BOUND).until(() -> running.readiness("inotify") == null);
        running.event("supervisor.overflow", d -> d.getString("source").equals("inotify"));
        Files.createDirectory(group);
        running.event("group.created", d -> d.getString("path").endsWith("-scarce"));
        Files.delete(group);
        await().atMost(VigiaProcess.BOUND)
                .until(() -> running.events("group.removed").stream()
                        .anyMatch(e -> e.getString("subject").endsWith("-scarce")));
    }

    @Test
    void ofWatches() throws Exception {
        saysWhatToRaiseAndRecovers("max_inotify_watches", 1, "fs.inotify.max_user_watches");
    }

    @Test
    void ofInstances() throws Exception {
        saysWhatToRaiseAndRecovers("max_inotify_instances", 0, "fs.inotify.max_user_instances");
    }
}
