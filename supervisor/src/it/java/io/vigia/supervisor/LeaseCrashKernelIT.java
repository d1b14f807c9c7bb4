package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 while something is leased, and somebody else who writes a leased file: never forgotten, never overwritten. */
class LeaseCrashKernelIT {
    private static final LimitValue THROTTLED = new LimitValue.CpuQuota(30_000, 100_000);
    private static final LimitValue FREE = new LimitValue.CpuUnlimited(100_000);

    @TempDir
    Path stateDir;

    private PolicyHost host;

    @BeforeEach
    void start() throws Exception {
        host = new PolicyHost(stateDir);
        host.group("busy", BusyLoops.COMMAND, "memory.max: 64Mi, pids.max: 50");
        host.group("batch", PolicyHost.IDLE, "pids.max: 50");
    }

    @AfterEach
    void stop() {
        if (host != null) {
            host.close();
        }
    }

    private void actAndKill(String rung) {
        host.policy("busy", rung);
        host.acted();
        host.kill();
    }

    @Test
    void aFrozenGroupIsTakenOverAndThawedInTheEnd() throws Exception {
        actAndKill("freeze: {" + host.victims("batch") + ", for: 10m}");
        assertThat(host.frozen("batch")).isTrue();
        host.startAgain();
        host.awaitLeases(1);
        assertThat(host.frozen("batch")).isTrue();
        host.deletePolicy();
        host.awaitFrozen("batch", false);
        host.awaitLeases(0);
    }

    @Test
    void aFreezeWhoseTimeRanOutMeanwhileIsThawedAtTheStart() throws Exception {
        actAndKill("freeze: {" + host.victims("batch") + ", for: 1s}");
        host.startAgain();
        host.awaitFrozen("batch", false);
    }

    @Test
    void aThrottledGroupIsTakenOver() throws Exception {
        actAndKill("throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        assertThat(host.limit("batch", LimitFile.CPU_MAX)).isEqualTo(THROTTLED);
        host.startAgain();
        host.awaitLeases(1);
        assertThat(host.limit("batch", LimitFile.CPU_MAX)).isEqualTo(THROTTLED);
        host.deletePolicy();
        host.awaitLimit("batch", LimitFile.CPU_MAX, FREE);
    }

    @Test
    void aThrottledGroupIsTakenOverByAPolicyOfAFile() throws Exception {
        host.policyFile("busy", "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        host.acted();
        host.kill();
        host.startAgain();
        host.vigia().event("policy.armed", d -> d.getString("why", "").contains("taking over"));
        assertThat(host.vigia().events("limits.changed"))
                .noneMatch(e -> e.getJsonObject("data").getString("by").equals("lease end"));
        assertThat(host.limit("batch", LimitFile.CPU_MAX)).isEqualTo(THROTTLED);
    }

    @Test
    void aRaisedLimitIsTakenOver() throws Exception {
        actAndKill("raise: {file: memory.max, by: 50%, ceiling: 96Mi}");
        assertThat(host.limit("busy", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(96L << 20));
        host.startAgain();
        host.awaitLeases(1);
        assertThat(host.limit("busy", LimitFile.MEMORY_MAX))
                .as("the manifest says 64Mi")
                .isEqualTo(new LimitValue.Amount(96L << 20));
        // A policy that lost it would have raised it anew by now.
        assertThat(host.vigia().events("limits.changed").stream()
                        .map(event -> event.getJsonObject("data"))
                        .filter(data -> data.getString("file").equals("memory.max"))
                        .map(data -> data.getString("by")))
                .containsExactly("manifest", "policy p");
        host.deletePolicy();
        host.awaitLimit("busy", LimitFile.MEMORY_MAX, new LimitValue.Amount(64L << 20));
    }

    @Test
    void aLimitWithATtlThatRanOutMeanwhileIsGivenBackAtTheStart() throws Exception {
        assertThat(host.vigia()
                        .send(
                                "PATCH",
                                "/api/v1/groups/batch/limits?ttl=1s",
                                "{\"cpu.max\":\"30%\"}",
                                "Content-Type: application/merge-patch+json")
                        .status())
                .isEqualTo(200);
        host.kill();
        host.startAgain();
        host.awaitLimit("batch", LimitFile.CPU_MAX, FREE);
        host.vigia().event("limits.changed", d -> d.getString("by").equals("lease end"));
    }

    @Test
    void ofTwoLimitsWithATtlTheLongerOneIsThereWhenTheShorterRanOutMeanwhile() throws Exception {
        for (String one : List.of("1h 60%", "1s 30%")) {
            String[] ttlAndShare = one.split(" ", 2);
            assertThat(host.vigia()
                            .send(
                                    "PATCH",
                                    "/api/v1/groups/batch/limits?ttl=" + ttlAndShare[0],
                                    "{\"cpu.max\":\"" + ttlAndShare[1] + "\"}",
                                    "Content-Type: application/merge-patch+json")
                            .status())
                    .isEqualTo(200);
        }
        host.kill();
        host.startAgain();
        host.awaitLimit("batch", LimitFile.CPU_MAX, new LimitValue.CpuQuota(60_000, 100_000));
        host.awaitLeases(1);
    }

    @Test
    void whatSomebodyElseWroteWhileItWasDownStays() throws Exception {
        actAndKill("throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        LimitValue other = new LimitValue.CpuQuota(70_000, 100_000);
        var unused = host.cgroup("batch").writeLimit(LimitFile.CPU_MAX, other);
        // No pressure any more, or the policy would act anew, and rightly.
        host.end("busy");
        host.startAgain();
        host.awaitLeases(0);
        host.deletePolicy();
        assertThat(host.limit("batch", LimitFile.CPU_MAX)).isEqualTo(other);
    }

    @Test
    void whatSomebodyElseWritesOverALeaseStays() {
        host.policy("busy", "throttle: {" + host.victims("batch") + ", cpu.max: 30%}");
        host.acted();
        LimitValue other = new LimitValue.CpuQuota(70_000, 100_000);
        var unused = host.cgroup("batch").writeLimit(LimitFile.CPU_MAX, other);
        host.vigia()
                .event(
                        "limits.drifted",
                        d -> d.getString("after").equals("70000 100000")
                                && d.getString("by").equals("someone else"));
        host.end("busy");
        host.awaitLeases(0);
        host.deletePolicy();
        assertThat(host.limit("batch", LimitFile.CPU_MAX)).isEqualTo(other);
    }
}
