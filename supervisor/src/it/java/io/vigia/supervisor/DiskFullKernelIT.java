package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose disk gets full while vigia runs: enforcement goes on, readiness says so, nothing is forgotten. */
class DiskFullKernelIT {
    private static final LimitValue THROTTLED = new LimitValue.CpuQuota(30_000, 100_000);
    private static final LimitValue FREE = new LimitValue.CpuUnlimited(100_000);

    @TempDir
    Path directory;

    private Path disk;
    private @Nullable Process mounts;
    private @Nullable Process load;
    private @Nullable PolicyHost opened;

    /** Something that only holds the mount namespace with the small disk, so that it outlives vigia. */
    @BeforeEach
    void mountASmallDisk() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "a mount namespace needs root");
        disk = Files.createDirectory(directory.resolve("disk"));
        Process holder = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-ec",
                        "mount -t tmpfs -o size=4m none \"$0\"; echo mounted; exec sleep 600",
                        disk.toString())
                .start();
        mounts = holder;
        assumeTrue("mounted".equals(holder.inputReader().readLine()), "no mount namespace can be made here");
    }

    @AfterEach
    void stop() {
        if (load != null) {
            load.descendants().forEach(ProcessHandle::destroyForcibly);
            load.destroyForcibly();
        }
        if (opened != null) {
            opened.close();
        }
        if (mounts != null) {
            mounts.destroyForcibly();
        }
    }

    private List<String> inMounts() {
        return List.of(
                "nsenter", "-t", Long.toString(Objects.requireNonNull(mounts).pid()), "-m");
    }

    private void inside(String line) throws Exception {
        List<String> command = new java.util.ArrayList<>(inMounts());
        command.addAll(List.of("sh", "-c", line));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    /** A policy that will throttle {@code batch}, and a disk without one free page from then on. */
    private PolicyHost fullDisk() throws Exception {
        PolicyHost host = new PolicyHost(directory, disk, inMounts());
        opened = host;
        host.group("busy", PolicyHost.IDLE, "pids.max: 50");
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.policy("busy", "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        inside("dd if=/dev/zero of=" + disk + "/fill bs=4k");
        makeBusy(host);
        host.awaitLimit("batch", LimitFile.CPU_MAX, THROTTLED);
        await().atMost(VigiaProcess.BOUND)
                .until(() -> host.vigia().get("/readyz").status() == 503);
        // Later attempts may meet another of SQLite's errors than the first one: the words are the first one's.
        assertThat(host.vigia().readiness("journal").getString("status")).isEqualTo("missing");
        assertThat(host.vigia().output()).contains("free space below " + disk);
        return host;
    }

    private void makeBusy(PolicyHost host) throws IOException {
        Process loops = new ProcessBuilder(
                        "sh", "-c", "read go; for n in 1 2 3 4 5; do (while :; do :; done) & done; wait")
                .start();
        load = loops;
        String v2 = host.cgroup("busy").entry().v2Directory();
        Files.writeString(
                Path.of(
                        new String(CgroupPath.unescape(v2), java.nio.charset.StandardCharsets.UTF_8),
                        "main/cgroup.procs"),
                Long.toString(loops.pid()));
        loops.outputWriter().append("go\n").close();
    }

    private void freeDisk(PolicyHost host) throws Exception {
        inside("rm -f " + disk + "/fill");
        await().atMost(VigiaProcess.BOUND).until(() -> host.vigia().readiness("journal") == null);
    }

    @Test
    void enforcementGoesOnAndNumbersGoOnWithoutAHole() throws Exception {
        PolicyHost host = fullDisk();
        host.awaitLeases(1);
        assertThat(Files.readString(host.vigia().spareLeases())).contains("cpu.max");

        freeDisk(host);
        host.acted();
        JsonArray events = new JsonArray(
                host.vigia().get("/api/v1/events?since=0&limit=10000").body());
        for (int i = 0; i < events.size(); i++) {
            assertThat(((JsonObject) events.getValue(i)).getString("sequence")).isEqualTo(Integer.toString(i + 1));
        }
        await().atMost(VigiaProcess.BOUND)
                .until(() -> !Files.exists(host.vigia().spareLeases()));
        host.deletePolicy();
        host.awaitLimit("batch", LimitFile.CPU_MAX, FREE);
    }

    @Test
    void kill9WithAFullDiskForgetsNoLease() throws Exception {
        PolicyHost host = fullDisk();
        host.kill();
        host.startAgain();
        host.awaitLeases(1);
        freeDisk(host);
        host.deletePolicy();
        host.awaitLimit("batch", LimitFile.CPU_MAX, FREE);
        host.awaitLeases(0);
    }
}
