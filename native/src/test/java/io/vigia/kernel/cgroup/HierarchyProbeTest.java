package io.vigia.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HierarchyProbeTest {
    private static final String V2 = "30 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

    @Test
    void findsAUnifiedTreeAndTheOwnPlaceInIt() {
        assertThat(HierarchyProbe.of(V2, "0::/system.slice/vigia.service\n"))
                .isEqualTo(new HierarchyLayout.Unified(new CgroupMount(
                        "/sys/fs/cgroup", new CgroupPath("/system.slice/vigia.service"), Set.of(), false)));
    }

    @Test
    void findsControllersOneByOneBesideAnEmptyTree() {
        HierarchyLayout layout =
                HierarchyProbe.of("""
                    32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                    35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
                    36 31 0:33 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices
                    40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
                    41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                    """, "9:name=systemd:/\n5:devices:/\n4:memory:/nested/here\n2:cpu,cpuacct:/\n0::/\n");
        assertThat(layout).isInstanceOf(HierarchyLayout.Hybrid.class);
        HierarchyLayout.Hybrid hybrid = (HierarchyLayout.Hybrid) layout;
        assertThat(hybrid.v2().mountPoint()).isEqualTo("/sys/fs/cgroup/unified");
        assertThat(hybrid.v1())
                .containsExactlyInAnyOrder(
                        new CgroupMount(
                                "/sys/fs/cgroup/memory", new CgroupPath("/nested/here"), Set.of("memory"), false),
                        new CgroupMount(
                                "/sys/fs/cgroup/cpu,cpuacct", CgroupPath.ROOT, Set.of("cpu", "cpuacct"), false));
    }

    @Test
    void aBindMountedSubtreeIsTheRoot() {
        String mounts = "30 23 0:28 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
        assertThat(HierarchyProbe.of(mounts, "0::/docker/abc\n"))
                .isEqualTo(new HierarchyLayout.Unified(
                        new CgroupMount("/sys/fs/cgroup", CgroupPath.ROOT, Set.of(), true)));
        assertThat(((HierarchyLayout.Unified) HierarchyProbe.of(mounts, "0::/docker/abc/x\n"))
                        .v2()
                        .own())
                .isEqualTo(new CgroupPath("/x"));
    }

    @Test
    void prefersTheMountThatHoldsUsAndCanBeWritten() {
        String mounts = V2.replace("rw,nosuid", "ro")
                + "31 23 0:28 /other /mnt/other rw - cgroup2 cgroup rw\n"
                + "32 23 0:28 / /host/cgroup rw - cgroup2 cgroup rw\n";
        assertThat(((HierarchyLayout.Unified) HierarchyProbe.of(mounts, "0::/a\n"))
                        .v2()
                        .mountPoint())
                .isEqualTo("/host/cgroup");
    }

    @Test
    void theHostsTreeInAContainersNamespaceHasItsRootAsOwn() {
        String mounts = "30 23 0:28 /../.. /host rw - cgroup2 cgroup rw\n";
        CgroupMount v2 = ((HierarchyLayout.Unified) HierarchyProbe.of(mounts, "0::/\n")).v2();
        assertThat(v2.own()).isEqualTo(CgroupPath.ROOT);
        assertThat(v2.seesOwn()).isFalse();
    }

    @Test
    void aLaterMountHidesAnEarlierOne() {
        String mounts = V2 + "33 30 0:40 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n";
        assertThat(HierarchyProbe.of(mounts, "0::/\n")).isInstanceOf(HierarchyLayout.None.class);
    }

    @Test
    void aMountOnADirectoryAboveHidesWhatWasBelow() {
        String mounts = """
            22 1 0:20 / /sys rw - sysfs sysfs rw
            31 22 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw
            35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """;
        String own = "4:memory:/\n0::/a\n";
        assertThat(HierarchyProbe.of(mounts, own)).isInstanceOf(HierarchyLayout.Hybrid.class);
        String covered = mounts + "50 31 0:38 / /sys/fs/cgroup rw - cgroup2 none rw\n";
        assertThat(HierarchyProbe.of(covered, own))
                .isEqualTo(new HierarchyLayout.Unified(
                        new CgroupMount("/sys/fs/cgroup", new CgroupPath("/a"), Set.of(), false)));
        assertThat(HierarchyProbe.of(mounts + "50 22 0:90 / /sys/fs rw - tmpfs none rw\n", own))
                .isInstanceOf(HierarchyLayout.None.class);
    }

    @Test
    void theRootMountHidesNothingThatWasMovedOntoIt() {
        String mounts = """
            20 30 0:20 / /sys rw - sysfs sysfs rw
            21 20 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
            30 1 8:1 / / rw - ext4 /dev/vda rw
            """;
        assertThat(HierarchyProbe.of(mounts, "0::/\n")).isInstanceOf(HierarchyLayout.Unified.class);
    }

    @Test
    void saysWhyThereIsNone() {
        assertThat(HierarchyProbe.of("", "")).isInstanceOf(HierarchyLayout.None.class);
        HierarchyLayout v1Only =
                HierarchyProbe.of("35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", "4:memory:/\n");
        assertThat(v1Only.toString()).contains("only v1").contains("mount -t cgroup2");
    }
}
