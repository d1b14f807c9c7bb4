package io.vigia.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Support;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DoctorChecksTest {
    @Test
    void kernelNamesWhatAnOldOneLacks() {
        assertThat(new KernelVersionCheck("6.18.44-fc").probe()).isEqualTo(new Support.Available("6.18.44-fc"));
        assertThat(new KernelVersionCheck("5.10.0-30-amd64").probe().toString())
                .contains("cgroup.kill")
                .contains("memory.reclaim");
        assertThat(new KernelVersionCheck("5.15.1").probe().toString())
                .doesNotContain("cgroup.kill")
                .contains("memory.reclaim");
        assertThat(new KernelVersionCheck("4.19.0").probe()).isInstanceOf(Support.Missing.class);
        assertThat(new KernelVersionCheck("").probe()).isInstanceOf(Support.Degraded.class);
    }

    @Test
    void capabilitiesSayWhatIsLost() {
        assertThat(new CapabilitiesCheck("Name:\tx\nCapEff:\t000001ffffffffff\n").probe())
                .isInstanceOf(Support.Available.class);
        assertThat(new CapabilitiesCheck("CapEff:\t000001fffeffffff\n").probe().toString())
                .contains("CAP_SYS_RESOURCE")
                .doesNotContain("CAP_NET_ADMIN");
        assertThat(new CapabilitiesCheck("CapEff:\t0000000000000000\n").probe().toString())
                .contains("CAP_KILL", "CAP_SYSLOG");
        assertThat(new CapabilitiesCheck(null).probe()).isInstanceOf(Support.Missing.class);
    }

    @Test
    void inotifyComparesWatchesWithGroups() {
        assertThat(new InotifyCheck(65_536, 128, 16_384, 1_000).probe()).isInstanceOf(Support.Available.class);
        assertThat(new InotifyCheck(8_192, 128, 16_384, 10_000).probe().toString())
                .contains("=80000");
        assertThat(new InotifyCheck(-1, -1, -1, 1).probe()).isInstanceOf(Support.Missing.class);
    }

    @Test
    void fewDescriptorsAreDegraded() {
        assertThat(new NofileCheck(1_024, 4_096).probe()).isInstanceOf(Support.Degraded.class);
        assertThat(new NofileCheck(20_000, 20_000).probe()).isInstanceOf(Support.Available.class);
        assertThat(new NofileCheck(-1, -1).probe()).isEqualTo(new Support.Available("soft unlimited, hard unlimited"));
    }

    @Test
    void hierarchyTellsKindAndReadOnly() {
        CgroupMount mount = new CgroupMount("/sys/fs/cgroup", CgroupPath.ROOT, Set.of(), false);
        CgroupMount fixed = new CgroupMount("/sys/fs/cgroup", CgroupPath.ROOT, Set.of(), true);
        assertThat(new HierarchyCheck(new HierarchyLayout.Unified(mount)).probe())
                .isInstanceOf(Support.Available.class);
        assertThat(new HierarchyCheck(new HierarchyLayout.Unified(fixed))
                        .probe()
                        .toString())
                .contains("read-only");
        assertThat(new HierarchyCheck(new HierarchyLayout.Hybrid(mount, List.of()))
                        .probe()
                        .toString())
                .contains("memory.high");
        assertThat(new HierarchyCheck(new HierarchyLayout.None("why", "what")).probe())
                .isEqualTo(new Support.Missing("why", "what"));
    }
}
