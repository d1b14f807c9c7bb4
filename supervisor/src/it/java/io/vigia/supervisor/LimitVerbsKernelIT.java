package io.vigia.supervisor;

import static io.vigia.supervisor.Verbs.FAILED;
import static io.vigia.supervisor.Verbs.REFUSED;
import static io.vigia.supervisor.Verbs.USAGE;
import static io.vigia.supervisor.Verbs.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.Verbs.Said;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The client's verbs that change what a group may use: {@code set} and {@code reclaim}. */
class LimitVerbsKernelIT extends VerbsHost {
    @Test
    void changesAllLimitsOrNone() {
        host.group("limited", PolicyHost.IDLE, "pids.max: 50");
        assertThat(vigia.ask("set", "limited", "pids.max=40", "cpu.max=50%"))
                .isEqualTo(done("pids.max 40", "cpu.max 50000 100000"));
        assertThat(host.limit("limited", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(40));
        assertThat(vigia.ask("set", host.parent + "/limited", "pids.max=30", "--dry-run"))
                .isEqualTo(done("pids.max 30 (dry run)"));
        assertThat(vigia.ask("set", "limited", "pids.max=30", "cpu.max=quick").code())
                .isEqualTo(USAGE);
        assertThat(host.limit("limited", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(40));
        assertThat(vigia.ask("set", "limited", "pids.max=")).isEqualTo(done("pids.max max"));
        assertThat(host.limit("limited", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Max());
    }

    @Test
    void lendsALimitForATime() {
        host.group("lent", PolicyHost.IDLE, "pids.max: 50");
        assertThat(vigia.ask("set", "lent", "pids.max=40", "--ttl", "1s")).isEqualTo(done("pids.max 40"));
        JsonObject back = host.vigia()
                .event("limits.changed", data -> data.getString("by").equals("lease end"))
                .getJsonObject("data");
        assertThat(back.getInteger("before")).isEqualTo(40);
        assertThat(back.getInteger("after")).isEqualTo(50);
        assertThat(host.limit("lent", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }

    @Test
    void refusesALimitThatWouldKill() {
        host.group(
                "big",
                "[sh, -c, '(head -c 40m /dev/zero; exec sleep 600) | dd of=/dev/null bs=200M iflag=fullblock']",
                "pids.max: 50");
        assumeTrue(
                host.limit("big", LimitFile.MEMORY_SWAP_MAX) != null,
                "this hierarchy has no memory.swap.max: what can be swapped out would not be killed");
        await().atMost(VigiaProcess.BOUND).until(() -> host.memory("big") > 36L << 20);
        Said said = vigia.ask("set", "big", "pids.max=40", "memory.max=8Mi", "memory.swap.max=0");
        assertThat(said.code()).isEqualTo(REFUSED);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .startsWith("vigia: memory.max 8388608 is below")
                .contains("would kill")
                .hasLineCount(1);
        assertThat(host.limit("big", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Max());
        assertThat(host.limit("big", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }

    @Test
    void saysThatTheHierarchyLacksALimit() {
        host.group("plain", PolicyHost.IDLE, "pids.max: 50");
        assumeTrue(host.limit("plain", LimitFile.MEMORY_HIGH) == null, "this hierarchy has memory.high");
        Said said = vigia.ask("set", "plain", "pids.max=40", "memory.high=64Mi");
        assertThat(said.code()).isEqualTo(FAILED);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .startsWith("vigia: memory.high is not supported here: ")
                .hasLineCount(1);
        assertThat(host.limit("plain", LimitFile.PIDS_MAX)).isEqualTo(new LimitValue.Amount(50));
    }

    /** v1 has no {@code memory.reclaim}: there the limit is lowered for a moment, and is what it was afterwards. */
    @Test
    void reclaimsMemory() {
        host.group(
                "cache",
                "[sh, -c, 'dd if=/dev/zero of=" + stateDir.resolve("pages")
                        + " bs=1M count=48 conv=fsync 2>/dev/null; echo written; exec sleep 600']",
                "memory.max: 256Mi, pids.max: 50");
        await().atMost(VigiaProcess.BOUND)
                .until(() -> vigia.ask("logs", "cache/main").out().equals("written\n"));
        long before = host.memory("cache");
        assumeTrue(before > 40L << 20, "the state directory's file system has no page cache of its own");
        Said said = vigia.ask("reclaim", "cache", "16Mi");
        assertThat(said.code()).isZero();
        assertThat(said.out()).matches(Pattern.quote(host.parent + "/cache") + " gave back [1-9][0-9.]*Mi\n");
        assertThat(host.memory("cache")).isLessThan(before - (8L << 20));
        assertThat(host.limit("cache", LimitFile.MEMORY_MAX)).isEqualTo(new LimitValue.Amount(256L << 20));
    }
}
