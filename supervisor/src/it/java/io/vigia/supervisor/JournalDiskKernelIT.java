package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose disk gets full, or fails, while vigia runs: enforcement goes on, readiness says so, nothing is forgotten. */
class JournalDiskKernelIT {
    private static final LimitValue THROTTLED = new LimitValue.CpuQuota(30_000, 100_000);
    private static final LimitValue FREE = new LimitValue.CpuUnlimited(100_000);

    @TempDir
    Path directory;

    private @Nullable SmallDisk disk;
    private @Nullable PolicyHost opened;

    @AfterEach
    void stop() {
        if (opened != null) {
            opened.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    /** A policy that will throttle {@code batch} when {@code busy} is pressed. */
    private PolicyHost open(SmallDisk on) throws IOException {
        disk = on;
        PolicyHost host = new PolicyHost(directory, on.path(), on.inMounts());
        opened = host;
        host.group("busy", PolicyHost.IDLE, "pids.max: 50");
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.policy("busy", "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        return host;
    }

    /** It has throttled, on a disk without one free page. */
    private PolicyHost fullDisk() throws Exception {
        SmallDisk small = SmallDisk.thatGetsFull(directory);
        PolicyHost host = open(small);
        small.fill();
        host.press("busy");
        host.awaitLimit("batch", LimitFile.CPU_MAX, THROTTLED);
        await().atMost(VigiaProcess.BOUND)
                .until(() -> host.vigia().get("/readyz").status() == 503);
        // Later attempts may meet another of SQLite's errors than the first one: the words are the first one's.
        assertThat(host.vigia().readiness("journal").getString("status")).isEqualTo("missing");
        assertThat(host.vigia().output()).contains("free space below " + small.path());
        return host;
    }

    private void freeDisk(PolicyHost host) throws Exception {
        Objects.requireNonNull(disk).free();
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

    @Test
    void enforcementGoesOnAndTheNextVigiaGivesBackWhatWasLeased() throws Exception {
        SmallDisk failing = SmallDisk.thatFails(directory);
        PolicyHost host = open(failing);
        failing.fail();
        host.press("busy");

        host.awaitLimit("batch", LimitFile.CPU_MAX, THROTTLED);
        await().atMost(VigiaProcess.BOUND)
                .until(() -> host.vigia().get("/readyz").status() == 503);
        assertThat(host.vigia().readiness("journal").getString("status")).isEqualTo("missing");
        assertThat(host.vigia().output()).contains("the journal in " + failing.path() + " cannot be written");
        host.awaitLeases(1);
        assertThat(Files.readString(host.vigia().spareLeases())).contains("cpu.max");

        host.kill();
        failing.replace();
        host.startAgain();
        host.awaitLeases(1);
        assertThat(host.limit("batch", LimitFile.CPU_MAX)).isEqualTo(THROTTLED);
        host.deletePolicy();
        host.awaitLimit("batch", LimitFile.CPU_MAX, FREE);
        host.awaitLeases(0);
    }
}
