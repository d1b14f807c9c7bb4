package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose disk fails under it and takes no write any more, while vigia runs. */
class DiskFailureKernelIT {
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

    @Test
    void enforcementGoesOnAndTheNextVigiaGivesBackWhatWasLeased() throws Exception {
        SmallDisk failing = SmallDisk.thatFails(directory);
        disk = failing;
        PolicyHost host = new PolicyHost(directory, failing.path(), failing.inMounts());
        opened = host;
        host.group("busy", PolicyHost.IDLE, "pids.max: 50");
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
        host.policy("busy", "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
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
