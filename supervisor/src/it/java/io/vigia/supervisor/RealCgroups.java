package io.vigia.supervisor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.sys.JnaSyscalls;
import java.util.Objects;

/** This host's cgroups, for tests that make some. */
public final class RealCgroups {
    private RealCgroups() {}

    /** Skips the test where it may not make cgroups, or there are none; the caller closes. */
    static Cgroups open() {
        assumeRoot();
        Cgroups found = HostCgroups.open(new JnaSyscalls()).orNull();
        assumeTrue(found != null, "this host has no cgroup v2 tree");
        return Objects.requireNonNull(found);
    }

    /** Skips the test where it may not make cgroups. */
    static void assumeRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "making cgroups below the root needs root");
    }

    /** Limits under which a process that takes memory without end is killed at once, and not when it has filled the swap space, too. */
    public static String littleMemory(Cgroups cgroups) {
        return "memory.max: 16Mi" + (cgroups.kind() == HierarchyKind.UNIFIED ? ", memory.swap.max: 0" : "");
    }
}
