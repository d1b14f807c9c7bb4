package io.vigia.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.fixture.CgroupFixture;
import io.vigia.kernel.fixture.Given;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rule of no internal processes, met by a process that wants groups with controllers below its own cgroup. */
class DelegationKernelIT {
    private Cgroups cgroups;
    private CgroupPath own;

    @BeforeEach
    void open() throws IOException {
        Cgroups found = HostCgroups.open(new JnaSyscalls()).orNull();
        assumeTrue(found != null, "no cgroups on this host");
        cgroups = Objects.requireNonNull(found);
        assumeTrue(cgroups.kind() == HierarchyKind.UNIFIED, "only where v2 has the controllers");
        own = cgroups.own();
        Given.here(!own.isRoot(), "the root is exempt from the rule");
        Given.here(
                Files.readAllLines(mounted(own).resolve("cgroup.procs"))
                        .equals(java.util.List.of(
                                Long.toString(ProcessHandle.current().pid()))),
                "not alone in " + own);
    }

    @AfterEach
    void close() {
        if (cgroups != null) {
            cgroups.close();
        }
    }

    @Test
    void movesIntoALeafAndBackAgain() throws IOException {
        cgroups.prepareParent();
        assertThat(place()).isEqualTo(own.child("supervisor"));
        assertThat(cgroups.own()).isEqualTo(own);
        CgroupPath path = own.child("vigia-it-leaf");
        try {
            assertThat(cgroups.create(path).controllers())
                    .contains(Controller.CPU, Controller.MEMORY, Controller.IO, Controller.PIDS, Controller.CPUSET);
            try (Cgroups next =
                    Objects.requireNonNull(HostCgroups.open(new JnaSyscalls()).orNull())) {
                assertThat(next.own()).as("seen from the leaf").isEqualTo(own);
            }
            assertThat(place()).isEqualTo(own.child("supervisor"));
        } finally {
            cgroups.remove(path);
        }
        cgroups.close();
        cgroups = Objects.requireNonNull(HostCgroups.open(new JnaSyscalls()).orNull());
        assertThat(place()).isEqualTo(own);
        assertThat(cgroups.open(own.child("supervisor"))).isInstanceOf(Reading.Gone.class);
    }

    @Test
    void takesItsProtectionIntoTheLeaf() throws IOException {
        Path given = mounted(own).resolve("memory.min");
        String before = Files.readString(given);
        Files.writeString(given, "134217728");
        CgroupPath path = own.child("vigia-it-protected");
        try {
            cgroups.create(path);
            assertThat(mounted(own).resolve("supervisor/memory.min")).hasContent("134217728");
            assertThat(mounted(path).resolve("memory.min")).hasContent("0");
        } finally {
            cgroups.remove(path);
            Files.writeString(given, before);
        }
    }

    @Test
    void comesBeforeTheGroupsBesideItsLeaf() throws IOException {
        CgroupPath path = own.child("vigia-it-beside");
        try {
            cgroups.create(path);
            assertThat(mounted(own).resolve("supervisor/cpu.weight")).hasContent("10000");
            assertThat(mounted(path).resolve("cpu.weight")).hasContent("100");
        } finally {
            cgroups.remove(path);
        }
    }

    @Test
    void refusesWithBothWaysOutWhereOthersLive() throws IOException {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            assertThatThrownBy(() -> cgroups.create(own.child("vigia-it-refused")))
                    .isInstanceOf(ParentRefusedException.class)
                    .hasMessageContaining(own.toString())
                    .hasMessageContaining("no internal processes")
                    .hasMessageContaining("Delegate=yes")
                    .hasMessageContaining("--parent");
            assertThat(place()).as("nobody is moved").isEqualTo(own);
            assertThat(cgroups.open(own.child("supervisor"))).isInstanceOf(Reading.Gone.class);
            assertThat(cgroups.open(own.child("vigia-it-refused"))).isInstanceOf(Reading.Gone.class);
        } finally {
            CgroupFixture.end(other);
        }
    }

    @Test
    void takesAParentThatIsNamedWhereOthersLive() throws IOException {
        Process other = new ProcessBuilder("sleep", "600").start();
        CgroupPath parent =
                CgroupPath.ROOT.child("vigia-it-" + ProcessHandle.current().pid() + "-parent");
        try {
            Cgroup made = cgroups.create(parent.child("group"));
            assertThat(made.controllers()).contains(Controller.CPU, Controller.MEMORY, Controller.PIDS);
            assertThat(place()).isEqualTo(own);
        } catch (KernelException.Denied e) {
            assumeTrue(false, "cgroups cannot be made below the root: " + e.getMessage());
        } finally {
            cgroups.remove(parent);
            CgroupFixture.end(other);
        }
    }

    private static CgroupPath place() throws IOException {
        return new CgroupPath(
                Files.readString(Path.of("/proc/self/cgroup")).strip().replaceFirst("^0::", ""));
    }

    private static Path mounted(CgroupPath path) {
        return Path.of("/sys/fs/cgroup", path.id());
    }
}
