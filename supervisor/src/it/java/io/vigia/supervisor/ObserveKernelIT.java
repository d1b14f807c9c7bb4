package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.JnaSyscalls;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What vigia manages it sees, although the configuration observes something else; and what it made for that goes with it. */
class ObserveKernelIT {
    @TempDir
    private Path stateDir;

    @Test
    void seesItsOwnGroupsWhateverElseIsObserved() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "making cgroups below the root needs root");
        Cgroups found = HostCgroups.open(new JnaSyscalls()).orNull();
        assumeTrue(found != null, "this host has no cgroup v2 tree");
        String parent = "vigia-it-observe-" + ProcessHandle.current().pid();
        try (Cgroups cgroups = Objects.requireNonNull(found)) {
            try (VigiaProcess vigia = VigiaProcess.serve(
                            stateDir, List.of("env", "VIGIA_OBSERVE=/nobody-has-this/**"), "--parent", "/" + parent)
                    .awaitReady()) {
                VigiaProcess.Answer made = vigia.put("/api/v1/groups/mine", """
                    apiVersion: vigia.io/v1
                    kind: Group
                    metadata: {name: mine}
                    spec:
                      containers: [{name: main, command: [sleep, '600']}]
                    """);
                assertThat(made.status()).as(made.body()).isEqualTo(201);
                vigia.event("container.started", data -> true);
                vigia.event("group.populated", data -> true);
                assertThat(vigia.send("DELETE", "/api/v1/groups/mine?grace=0s", "")
                                .status())
                        .isEqualTo(202);
                vigia.event("group.removed", data -> true);
            }
            assertThat(cgroups.open(new CgroupPath("/" + parent)).orNull())
                    .as("the parent that vigia made")
                    .isNull();
        }
    }
}
