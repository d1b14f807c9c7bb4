package io.vigia.supervisor.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import org.junit.jupiter.api.Test;

class HostTreeTest {
    @Test
    void warnsOfGroupsBelowAServiceThatSystemdCouldNotStartAgain() {
        CgroupPath service = new CgroupPath("/system.slice/my-vigia.service");
        assertThat(HostTree.ownService(HierarchyKind.UNIFIED, service)).contains("my-vigia.service", "VIGIA_PARENT");
        assertThat(HostTree.ownService(HierarchyKind.HYBRID, service)).isNull();
        assertThat(HostTree.ownService(HierarchyKind.UNIFIED, new CgroupPath("/user.slice/run-1.scope")))
                .isNull();
        assertThat(HostTree.ownService(HierarchyKind.UNIFIED, CgroupPath.ROOT)).isNull();
    }
}
