package io.vigia.kernel.cgroup;

import static io.vigia.kernel.cgroup.Scratch.BOUND;
import static io.vigia.kernel.cgroup.Scratch.known;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cgroups of the real kernel: made, found, filled, frozen, killed, removed. */
class CgroupLifeKernelIT {
    private Scratch scratch;

    @BeforeEach
    void open() {
        scratch = Scratch.open();
    }

    @AfterEach
    void close() {
        if (scratch != null) {
            scratch.close();
        }
    }

    @Test
    void createsWhatIsMissingAndOpensWhatIsThere() {
        CgroupPath deep = scratch.path.child("a").child("b");
        Cgroup made = scratch.cgroups.create(deep);
        assertThat(scratch.cgroups.create(deep).id()).isEqualTo(made.id());
        assertThat(known(scratch.cgroups.children(scratch.path))).containsExactly(scratch.path.child("a"));
        assertThat(made.controllers()).contains(Controller.MEMORY, Controller.PIDS, Controller.CPU);
    }

    @Test
    void anUnknownPathIsGone() {
        assertThat(scratch.cgroups.open(scratch.path.child("nobody"))).isInstanceOf(Reading.Gone.class);
        assertThat(scratch.cgroups.children(scratch.path.child("nobody"))).isInstanceOf(Reading.Gone.class);
    }

    @Test
    void anOldHandleSaysGoneAfterTheNameIsTakenAgain() {
        CgroupPath path = scratch.path.child("again");
        Cgroup old = scratch.cgroups.create(path);
        assertThat(old.usage().memory()).isInstanceOf(Reading.Known.class);
        scratch.cgroups.remove(path);
        Cgroup next = scratch.cgroups.create(path);
        assertThat(next.id()).isNotEqualTo(old.id());
        assertThat(old.state()).isInstanceOf(Reading.Gone.class);
        assertThat(old.pressure(Resource.CPU)).isInstanceOf(Reading.Gone.class);
        assertThat(old.processes()).isInstanceOf(Reading.Gone.class);
        assertThat(old.killAll()).isInstanceOf(Reading.Gone.class);
        assertThat(old.readLimit(io.vigia.kernel.model.LimitFile.PIDS_MAX)).isInstanceOf(Reading.Gone.class);
        assertThat(old.openDirectories()).isEmpty();
        assertThat(next.state()).isInstanceOf(Reading.Known.class);
    }

    @Test
    void namesMayBeAnyBytesTheKernelTakes() {
        byte[] latin1 = {(byte) 0xe9, ' ', '\'', '"', '\\', (byte) 0xff, '*'};
        byte[] length = new byte[200];
        Arrays.fill(length, (byte) 'x');
        for (byte[] name : List.of(latin1, length, "memory.max.d".getBytes(StandardCharsets.UTF_8))) {
            CgroupPath path = scratch.path.child(name);
            Cgroup made = scratch.cgroups.create(path);
            assertThat(known(scratch.cgroups.children(scratch.path))).containsExactly(path);
            assertThat(made.state()).isEqualTo(Reading.known(new Cgroup.State(false, false)));
            scratch.cgroups.remove(path);
        }
    }

    @Test
    void aPathLongerThanPathMaxIsWalkedInParts() {
        CgroupPath path = scratch.path;
        for (int i = 0; i < 24; i++) {
            path = path.child("n".repeat(200));
        }
        Cgroup made = scratch.cgroups.create(path);
        assertThat(made.state()).isInstanceOf(Reading.Known.class);
        assertThat(made.pidsCurrent()).isEqualTo(Reading.known(0L));
    }

    @Test
    void countsAndListsProcesses() throws Exception {
        Cgroup group = scratch.group();
        Process child = scratch.startSleeper(group);
        assertThat(known(group.processes())).containsExactly((int) child.pid());
        assertThat(group.pidsCurrent()).isEqualTo(Reading.known(1L));
        assertThat(known(group.memoryCurrentBytes())).isPositive();
        assertThat(known(group.state()).populated()).isTrue();
    }

    /** As a container has to that sees the host's tree from a cgroup namespace of its own. */
    @Test
    void findsAProcessByTheGroupThatListsIt() throws Exception {
        Cgroup below = scratch.cgroups.create(scratch.path.child("a").child("b"));
        Process child = scratch.startSleeper(below);
        assertThat(Whereabouts.of(scratch.cgroups, (int) child.pid())).isEqualTo(below.path());
        assertThat(Whereabouts.of(scratch.cgroups, Integer.MAX_VALUE)).isNull();
    }

    @Test
    void refusesToRemoveWhileProcessesAreLeft() throws Exception {
        scratch.startSleeper(scratch.group());
        assertThatThrownBy(() -> scratch.cgroups.remove(scratch.path)).isInstanceOf(KernelException.Busy.class);
        assertThat(scratch.group().controllers()).contains(Controller.MEMORY);
    }

    @Test
    void removesEmptyDescendantsBottomUpInEveryHierarchy() {
        Cgroup deep = scratch.cgroups.create(scratch.path.child("a").child("b"));
        List<Path> directories = Stream.concat(
                        Stream.of(deep.entry().v2Directory()), deep.entry().v1TasksFiles().stream())
                .map(Path::of)
                .toList();
        assertThat(directories).allMatch(Files::exists);
        scratch.cgroups.remove(scratch.path.child("a"));
        assertThat(directories).noneMatch(Files::exists);
    }

    @Test
    void killsTheWholeTreeAlsoWhileFrozen() throws Exception {
        Cgroup group = scratch.group();
        Cgroup beside = scratch.cgroups.create(scratch.path.child("beside"));
        Cgroup inner = scratch.cgroups.create(scratch.path.child("inner").child("deep"));
        Process outer = scratch.startSleeper(beside);
        Process deep = scratch.startSleeper(inner);
        group.freeze(true);
        await().atMost(BOUND).until(() -> known(group.state()).frozen());
        assertThat(group.killAll()).isEqualTo(Reading.known(true));
        assertThat(Scratch.awaitExit(outer)).isEqualTo(128 + 9);
        assertThat(Scratch.awaitExit(deep)).isEqualTo(128 + 9);
        await().atMost(BOUND).until(() -> !known(group.state()).populated());
    }

    @Test
    void killsOneByOneWhereTheKernelHasNoKillFileAndThaws() throws Exception {
        Cgroup group = scratch.group();
        Cgroup beside = scratch.cgroups.create(scratch.path.child("beside"));
        Cgroup inner = scratch.cgroups.create(scratch.path.child("inner").child("deep"));
        Process outer = scratch.startSleeper(beside);
        Process forker = scratch.start(inner, "sh", "-c", "while :; do (sleep 600 &) ; done");
        await().atMost(BOUND).until(() -> known(inner.processes()).size() > 5);
        BaseCgroups base = (BaseCgroups) scratch.cgroups;
        assertThat(base.kill.killOneByOne(((BaseCgroup) group).v2)).isEqualTo(Reading.known(true));
        assertThat(Scratch.awaitExit(outer)).isEqualTo(128 + 9);
        assertThat(Scratch.awaitExit(forker)).isEqualTo(128 + 9);
        await().atMost(BOUND).until(() -> !known(group.state()).populated());
        assertThat(known(group.state()).frozen()).isFalse();
    }

    @Test
    void neverKillsTheGroupItLivesIn() {
        Cgroup own = known(scratch.cgroups.open(scratch.cgroups.own()));
        assertThat(own.killAll()).isInstanceOf(Reading.Unknown.class);
    }

    @Test
    void samplesEverything() throws Exception {
        Cgroup group = scratch.group();
        scratch.startSleeper(group);
        CgroupUsage usage = group.usage();
        assertThat(known(usage.cpu()).usageUsec()).isNotNegative();
        assertThat(known(usage.cpu()).periods()).isZero();
        assertThat(known(usage.memory()).currentBytes()).isPositive();
        assertThat(known(usage.memory()).anonBytes()).isNotNegative();
        assertThat(known(usage.memory()).workingSetBytes()).isNotNegative();
        assertThat(known(usage.memoryEvents()).oomKill()).isZero();
        assertThat(known(usage.pids())).isEqualTo(1);
        assertThat(known(usage.pidsMaxEvents())).isZero();
        assertThat(usage.io()).isInstanceOf(Reading.Known.class);
        for (Resource resource : List.of(Resource.CPU, Resource.MEMORY, Resource.IO)) {
            assertThat(usage.pressure(resource)).isInstanceOf(Reading.Known.class);
        }
    }

    @Test
    void aRemovedGroupIsGone() {
        Cgroup group = scratch.cgroups.create(scratch.path.child("brief"));
        scratch.cgroups.remove(scratch.path.child("brief"));
        assertThat(group.usage().memory()).isInstanceOf(Reading.Gone.class);
        assertThat(group.state()).isInstanceOf(Reading.Gone.class);
    }

    @Test
    void opensItsDirectoriesForWatches() {
        List<Fd> directories = scratch.group().openDirectories();
        try {
            assertThat(directories).hasSizeGreaterThanOrEqualTo(1);
            assertThat(directories.getFirst().target()).endsWith(scratch.path.text());
        } finally {
            directories.forEach(Fd::close);
        }
    }
}
