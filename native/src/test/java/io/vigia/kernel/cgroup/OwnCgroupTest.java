package io.vigia.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.sys.JnaSyscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether groups can be made below the own cgroup, asked of a directory that stands in for the kernel's. */
class OwnCgroupTest {
    private static final String SELF = Long.toString(ProcessHandle.current().pid());

    @TempDir
    Path root;

    private @Nullable String refusal(String members, String controllers, String enabled, boolean readOnly)
            throws IOException {
        Path own = Files.createDirectories(root.resolve("session"));
        Files.writeString(own.resolve("cgroup.procs"), members);
        Files.writeString(own.resolve("cgroup.controllers"), controllers);
        Files.writeString(own.resolve("cgroup.subtree_control"), enabled);
        Files.writeString(own.resolve("cgroup.events"), "populated 1\nfrozen 0\n");
        return refusalOf(new CgroupPath("/session"), readOnly);
    }

    private @Nullable String refusalOf(CgroupPath own, boolean readOnly) {
        CgroupMount mount = new CgroupMount(root.toString(), own, Set.of(), readOnly);
        try (UnifiedCgroups cgroups = new UnifiedCgroups(new JnaSyscalls(), mount, new DescriptorBudget(0))) {
            ParentRefusedException refused = cgroups.parentRefusal();
            return refused == null ? null : refused.getMessage();
        }
    }

    @Test
    void aloneItMayHaveGroups() throws IOException {
        assertThat(refusal(SELF + "\n", "cpu memory", "", false)).isNull();
    }

    @Test
    void aShellBesideItForbidsAndBothWaysOutAreNamed() throws IOException {
        assertThat(refusal("1\n" + SELF + "\n", "cpu memory", "", false))
                .contains("1 other process")
                .contains("systemd-run --scope -p Delegate=yes")
                .contains("--parent CGROUP");
    }

    @Test
    void aMemberOutsideThePidNamespaceIsSomebodyToo() throws IOException {
        assertThat(refusal("0\n0\n" + SELF + "\n", "cpu memory", "", false)).contains("2 other process");
    }

    @Test
    void othersDoNotMatterWhereThereIsNothingToEnable() throws IOException {
        assertThat(refusal("1\n" + SELF + "\n", "hugetlb", "", false)).isNull();
        assertThat(refusal("1\n" + SELF + "\n", "cpu memory", "cpu memory", false))
                .isNull();
    }

    @Test
    void aReadOnlyTreeIsOnlyWatched() throws IOException {
        assertThat(refusal("1\n" + SELF + "\n", "cpu memory", "", true)).isNull();
    }

    @Test
    void theRootIsExempt() throws IOException {
        Files.writeString(root.resolve("cgroup.procs"), "1\n2\n" + SELF + "\n");
        Files.writeString(root.resolve("cgroup.controllers"), "cpu memory\n");
        assertThat(refusalOf(CgroupPath.ROOT, false)).isNull();
    }

    @Test
    void anotherUsersCgroupIsRefusedWithWhatToDo() throws IOException {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may write everything");
        Path own = Files.createDirectories(root.resolve("session"));
        Files.setPosixFilePermissions(
                Files.writeString(own.resolve("cgroup.procs"), SELF + "\n"),
                java.nio.file.attribute.PosixFilePermissions.fromString("r--r--r--"));
        assertThat(refusalOf(new CgroupPath("/session"), false)).contains("systemd-run --user --scope");
    }
}
