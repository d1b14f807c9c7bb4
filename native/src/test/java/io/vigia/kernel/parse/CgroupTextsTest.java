package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CpuStat;
import io.vigia.kernel.model.IoStat;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.MemoryStat;
import io.vigia.kernel.model.Pressure;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.SwapEvents;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The kernel's texts, as it prints them. */
class CgroupTextsTest {
    @Test
    void keysAreFoundInAnyOrderAndAbsentIsMinusOne() {
        CgroupKeyed keys = new CgroupKeyed("low 1\nhigh 2\nhighest 3\n");
        assertThat(keys.get("highest")).isEqualTo(3);
        assertThat(keys.get("low")).isEqualTo(1);
        assertThat(keys.get("high")).isEqualTo(2);
        assertThat(keys.get("hig")).isEqualTo(-1);
        assertThat(new CgroupKeyed("").get("low")).isEqualTo(-1);
        assertThatThrownBy(() -> new CgroupKeyed("low x\n").get("low")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CgroupKeyed("low -7\n").get("low")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pidZeroIsLeftOut() {
        assertThat(CgroupProcs.parse("0\n12\n0\n7\n")).containsExactly(12, 7);
        assertThat(CgroupProcs.parse("")).isEmpty();
    }

    @Test
    void membershipKnowsControllersDeletedAndOutside() {
        CgroupMembership all = CgroupMembership.parse(
                "9:name=systemd:/\n4:memory:/a/b (deleted)\n2:cpu,cpuacct:/c:d\n1:pids:/../x\n0::/user.slice\n");
        assertThat(all.unified()).isEqualTo(new CgroupMembership.Place(Set.of(), "/user.slice", false));
        assertThat(all.of("memory")).isEqualTo(new CgroupMembership.Place(Set.of("memory"), "/a/b", true));
        assertThat(all.of("cpuacct")).extracting(CgroupMembership.Place::path).isEqualTo("/c:d");
        assertThat(all.of("pids"))
                .extracting(CgroupMembership.Place::cgroupPath)
                .isNull();
        assertThat(all.of("blkio")).isNull();
    }

    @Test
    void mountinfoUnescapesOctalAndKeepsBytes() {
        MountEntry mount = MountEntry.parse(
                        "31 23 0:28 /a\\040b /sys/fs/c\\134g\u00e9 ro,nosuid shared:1 master:2 - cgroup cgroup"
                                + " rw,cpu,cpuacct\n")
                .getFirst();
        assertThat(mount.root()).isEqualTo("/a b");
        assertThat(mount.mountPoint()).isEqualTo("/sys/fs/c\\\\g\\xe9");
        assertThat(CgroupPath.unescape(mount.mountPoint())).endsWith('\\', 'g', (byte) 0xe9);
        assertThat(mount.superOptions()).containsExactlyInAnyOrder("rw", "cpu", "cpuacct");
        assertThat(mount.readOnly()).isTrue();
        assertThat(MountEntry.parse("nonsense\n\n1 2 - x\n")).isEmpty();
    }

    @Test
    void cpuStatWithAndWithoutTheController() {
        assertThat(CpuStatText.parse("usage_usec 3\nuser_usec 2\nsystem_usec 1\nnice_usec 0\n"))
                .isEqualTo(new CpuStat(3, 2, 1, -1, -1, -1));
        assertThat(CpuStatText.parseHybrid(
                        "usage_usec 3\nuser_usec 2\nsystem_usec 1\n",
                        "nr_periods 5\nnr_throttled 4\nthrottled_time 2500\nnr_bursts 0\n"))
                .isEqualTo(new CpuStat(3, 2, 1, 5, 4, 2));
    }

    @Test
    void memoryOfBothKinds() {
        assertThat(MemoryText.stat("anon 10\nfile 20\nshmem 3\ninactive_file 5\nslab_reclaimable 2\n", 40, 50, 0))
                .isEqualTo(new MemoryStat(40, 50, 0, 10, 20, 5, 3, 2, 0));
        assertThat(MemoryText.stat("anon 10\nkernel 9\nkernel_stack 4\nslab_reclaimable 2\n", 40, 50, 0)
                        .kernelHeldBytes())
                .isEqualTo(7);
        assertThat(MemoryText.stat("kernel_stack 4\npagetables 3\nslab_unreclaimable 1\n", 40, 50, 0)
                        .kernelHeldBytes())
                .isEqualTo(8);
        assertThat(MemoryText.statV1("""
            cache 1
            rss 1
            total_cache 20
            total_rss 10
            total_shmem 3
            total_swap 6
            total_inactive_file 5
            """, 40, 50)).isEqualTo(new MemoryStat(40, 50, 6, 10, 20, 5, 3, -1, -1));
        assertThat(MemoryText.events("low 0\nhigh 1\nmax 2\noom 3\noom_kill 4\n"))
                .isEqualTo(new MemoryEvents(0, 1, 2, 3, 4, -1));
        assertThat(MemoryText.swapEvents("high 0\nmax 3\nfail 4\n")).isEqualTo(new SwapEvents(3, 4));
        assertThat(MemoryText.eventsV1("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", 9))
                .isEqualTo(new MemoryEvents(-1, -1, 9, -1, 2, -1));
    }

    @Test
    void ioOfBothKinds() {
        assertThat(IoText.stat("8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n253:0 \n"))
                .containsExactly(new IoStat(8, 16, 1, 2, 3, 4));
        assertThat(IoText.statV1(
                        "8:16 Read 1\n8:16 Write 2\n8:16 Total 3\nTotal 3\n", "8:16 Read 3\n8:16 Write 4\nTotal 7\n"))
                .containsExactly(new IoStat(8, 16, 1, 2, 3, 4));
    }

    @Test
    void pressureHasOneOrTwoLines() {
        PressureStall some = new PressureStall(1.25, 0.5, 0, 77);
        assertThat(PressureText.parse("some avg10=1.25 avg60=0.50 avg300=0.00 total=77\n"))
                .isEqualTo(new Pressure(some, null));
        assertThat(PressureText.parse("full avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"))
                .isEqualTo(new Pressure(null, new PressureStall(0, 0, 0, 5)));
        assertThatThrownBy(() -> PressureText.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PressureText.parse("some avg10=1\n")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ioMaxWritesOnlyWhatLeadsThere() {
        IoMax before =
                IoMax.ofKernel("8:0 rbps=1 wbps=max riops=max wiops=max\n8:16 rbps=max wbps=2 riops=max wiops=max\n");
        IoMax after = IoMax.ofKernel("8:16 wbps=3");
        assertThat(after.writesFrom(before))
                .containsExactly(
                        "8:0 rbps=max wbps=max riops=max wiops=max", "8:16 rbps=max wbps=3 riops=max wiops=max");
        assertThat(new IoMax(new TreeMap<>()).text()).isEmpty();
    }
}
