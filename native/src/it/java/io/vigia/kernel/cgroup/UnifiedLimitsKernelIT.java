package io.vigia.kernel.cgroup;

import static io.vigia.kernel.cgroup.Scratch.BOUND;
import static io.vigia.kernel.cgroup.Scratch.known;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.fixture.Given;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.parse.LimitValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What limits do that only v2 has; that each can be written and read back is {@link CgroupLimitsKernelIT}. */
class UnifiedLimitsKernelIT {
    private static final long MIB = 1 << 20;
    /** Holds as much memory as its first argument says, in MiB, and then waits: the shell itself, since what it became would not have it. */
    private static final String EATER = "x=$(head -c ${1}M /dev/zero | tr '\\0' x); sleep 600; :";

    private Scratch scratch;
    private Cgroup group;

    @BeforeEach
    void open() {
        scratch = Scratch.open();
        assumeTrue(scratch.cgroups.kind() == HierarchyKind.UNIFIED, "only where v2 has the controllers");
        group = scratch.group();
    }

    @AfterEach
    void close() {
        if (scratch != null) {
            scratch.close();
        }
    }

    @Test
    void highSlowsAndCountsAndKillsNobody() throws Exception {
        write(LimitFile.MEMORY_HIGH, 16 * MIB);
        write(LimitFile.MEMORY_SWAP_MAX, 0);
        Process eater = eat(24);
        await().atMost(BOUND).until(() -> known(group.memoryEvents()).high() > 0);
        assertThat(eater.isAlive()).isTrue();
        assertThat(known(group.memoryEvents()).oomKill()).isZero();
        assertThat(known(group.memoryEventsLocal()).high()).isPositive();
    }

    @Test
    void anOomOfAGroupTakesAllOfIt() throws Exception {
        write(LimitFile.MEMORY_SWAP_MAX, 0);
        assertThat(group.writeLimit(LimitFile.MEMORY_OOM_GROUP, LimitValues.parse(LimitFile.MEMORY_OOM_GROUP, "1")))
                .isInstanceOf(Reading.Known.class);
        Process bystander = scratch.startSleeper(group);
        write(LimitFile.MEMORY_MAX, 16 * MIB);
        Process eater = scratch.start(group, "tail", "/dev/zero");
        assertThat(Scratch.awaitExit(eater)).isEqualTo(128 + 9);
        assertThat(Scratch.awaitExit(bystander)).isEqualTo(128 + 9);
        await().atMost(BOUND).until(() -> known(group.memoryEvents()).oomKill() >= 2);
        // The kernel kills its victim, then every member of the group: the victim again, if it still has its memory by
        // then
        // (mm/oom_kill.c, oom_kill_process).
        assertThat(known(group.memoryEvents()).oomKill()).isBetween(2L, 3L);
        assertThat(known(group.memoryEventsLocal()).oomKill())
                .isEqualTo(known(group.memoryEvents()).oomKill());
        // Since Linux 5.17.
        assertThat(known(group.memoryEvents()).oomGroupKill()).isIn(-1L, 1L);
    }

    @Test
    void anOomKillBelowIsTheParentsEventButNotItsLocalOne() throws Exception {
        Cgroup below = scratch.cgroups.create(scratch.path.child("below"));
        below.writeLimit(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(0));
        below.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(16 * MIB));
        assertThat(Scratch.awaitExit(scratch.start(below, "tail", "/dev/zero"))).isEqualTo(128 + 9);
        await().atMost(BOUND).until(() -> known(below.memoryEventsLocal()).oomKill() == 1);
        assertThat(known(group.memoryEvents()).oomKill()).isEqualTo(1);
        assertThat(known(group.memoryEventsLocal()).oomKill()).isZero();
    }

    @Test
    void swapTakesWhatMemoryMayNotHoldUpToItsOwnLimit() throws Exception {
        Given.here(Files.readAllLines(Path.of("/proc/swaps")).size() > 1, "this host has no swap");
        write(LimitFile.MEMORY_MAX, 24 * MIB);
        write(LimitFile.MEMORY_SWAP_MAX, 64 * MIB);
        scratch.start(group, "sh", "-c", EATER, "sh", "32");
        await().atMost(BOUND).until(() -> known(group.usage().memory()).swapBytes() > 4 * MIB);
        assertThat(known(group.memoryEvents()).oomKill()).isZero();
        assertThat(known(group.usage().memory()).swapBytes()).isLessThanOrEqualTo(64 * MIB);
    }

    @Test
    void reclaimWritesAnonymousMemoryToSwap() throws Exception {
        Given.here(Files.readAllLines(Path.of("/proc/swaps")).size() > 1, "this host has no swap");
        eat(32);
        // The kernel may give less than it was asked for, and EAGAIN: pages that were just used are passed over at
        // first.
        await().atMost(BOUND).until(() -> known(group.reclaim(8 * MIB)) >= 4 * MIB);
        assertThat(known(group.usage().memory()).swapBytes()).isPositive();
    }

    @Test
    void weightsShareAProcessor() throws Exception {
        Cgroup light = below("light", LimitFile.CPU_WEIGHT, new LimitValue.Weight(100));
        Cgroup heavy = below("heavy", LimitFile.CPU_WEIGHT, new LimitValue.Weight(1_000));
        for (Cgroup one : List.of(light, heavy)) {
            scratch.start(one, "taskset", "-c", "0", "sh", "-c", "while :; do :; done");
        }
        await().atMost(BOUND).until(() -> usedUsec(light) > 0 && usedUsec(heavy) > 0);
        long lightBefore = usedUsec(light);
        long heavyBefore = usedUsec(heavy);
        await().atMost(BOUND).until(() -> usedUsec(heavy) - heavyBefore > 2_000_000);
        // Ten to one; one of them alone for a moment, or a tick more or less, does not make it three to one.
        assertThat(usedUsec(heavy) - heavyBefore).isGreaterThan(3 * (usedUsec(light) - lightBefore));
    }

    /** cpu.max.burst: what was not used of earlier periods (Documentation/scheduler/sched-bwc.rst). */
    @Test
    void aBurstUsesWhatWasSavedUp() throws Exception {
        group.writeLimit(LimitFile.CPU_MAX, new LimitValue.CpuQuota(20_000, 100_000));
        Path burst = directory().resolve("cpu.max.burst");
        Given.here(Files.exists(burst), "this kernel has no cpu.max.burst");
        assertThat(group.writeLimit(LimitFile.CPU_MAX_BURST, new LimitValue.Amount(20_000)))
                .isEqualTo(Reading.known(new LimitValue.Amount(20_000)));
        scratch.start(
                group, "sh", "-c", "while :; do sleep 0.5; i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; done");
        await().atMost(BOUND).until(() -> stat("nr_bursts") > 0);
        assertThat(stat("burst_usec")).isPositive();
    }

    @Test
    void whatIsProtectedIsNotReclaimedForOthers() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "vigia-it");
        try {
            write(LimitFile.MEMORY_MAX, 64 * MIB);
            Cgroup kept = below("kept", LimitFile.MEMORY_MIN, new LimitValue.Amount(24 * MIB));
            Cgroup plain = scratch.cgroups.create(scratch.path.child("plain"));
            Cgroup other = scratch.cgroups.create(scratch.path.child("other"));
            fill(kept, folder.resolve("kept"), 16);
            fill(plain, folder.resolve("plain"), 16);
            assertThat(fileBytes(kept)).isGreaterThan(12 * MIB);
            for (int i = 0; i < 8 && fileBytes(plain) > 4 * MIB; i++) {
                fill(other, folder.resolve("other"), 128);
            }
            assertThat(fileBytes(plain)).isLessThanOrEqualTo(4 * MIB);
            assertThat(fileBytes(kept)).isGreaterThan(12 * MIB);
        } finally {
            remove(folder);
        }
    }

    @Test
    void belowLowIsReclaimedOnlyWhenNothingElseIsLeftAndThatIsCounted() throws Exception {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "vigia-it");
        try {
            write(LimitFile.MEMORY_MAX, 16 * MIB);
            Cgroup low = below("low", LimitFile.MEMORY_LOW, new LimitValue.Amount(32 * MIB));
            fill(low, folder.resolve("low"), 48);
            assertThat(known(low.memoryEvents()).low()).isPositive();
            assertThat(known(low.memoryEvents()).oomKill()).isZero();
        } finally {
            remove(folder);
        }
    }

    private Cgroup below(String name, LimitFile file, LimitValue value) {
        Cgroup made = scratch.cgroups.create(scratch.path.child(name));
        assertThat(made.writeLimit(file, value)).isEqualTo(Reading.known(value));
        return made;
    }

    /** Page cache of a file that is on disk, and so can be given up. */
    private void fill(Cgroup of, Path file, int mib) throws Exception {
        Process writer =
                scratch.start(of, "dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=" + mib, "conv=fsync,notrunc");
        assertThat(Scratch.awaitExit(writer)).isZero();
    }

    private static long fileBytes(Cgroup of) {
        return known(of.usage().memory()).fileBytes();
    }

    private static long usedUsec(Cgroup of) {
        return known(of.usage().cpu()).usageUsec();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** A number of {@code cpu.stat}. */
    private long stat(String key) throws IOException {
        return Files.readAllLines(directory().resolve("cpu.stat")).stream()
                .filter(line -> line.startsWith(key + " "))
                .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    @Test
    void membersRunOnlyOnTheCpusTheyAreGiven() throws Exception {
        group.writeLimit(LimitFile.CPUSET_CPUS, LimitValues.parse(LimitFile.CPUSET_CPUS, "0"));
        Process member = scratch.startSleeper(group);
        assertThat(Files.readString(Path.of("/proc/" + member.pid() + "/status")))
                .contains("Cpus_allowed_list:\t0\n");
    }

    @Test
    void aWeightReachesBfqToo() throws Exception {
        Path bfq = directory().resolve("io.bfq.weight");
        Given.here(Files.exists(bfq), "the scheduler bfq is not loaded");
        group.writeLimit(LimitFile.IO_WEIGHT, LimitValues.parse(LimitFile.IO_WEIGHT, "50"));
        assertThat(Files.readString(bfq)).startsWith("default 50");
    }

    @Test
    void writesPastARateAreHeldBack() throws Exception {
        List<String> disks = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.startsWith("/dev/vd") && line.contains(" /var/tmp "))
                .toList();
        Given.here(!disks.isEmpty(), "/var/tmp is not a virtio disk of its own");
        String name =
                disks.getFirst().substring("/dev/".length(), disks.getFirst().indexOf(' '));
        String device =
                Files.readString(Path.of("/sys/class/block", name, "dev")).strip();
        group.writeLimit(LimitFile.IO_MAX, LimitValues.parse(LimitFile.IO_MAX, device + " wbps=1048576"));
        Path file = Files.createTempFile(Path.of("/var/tmp"), "vigia-it", ".written");
        try {
            long began = System.nanoTime();
            Process writer = scratch.start(
                    group, "dd", "if=/dev/zero", "of=" + file, "bs=256k", "count=12", "oflag=direct", "conv=notrunc");
            assertThat(Scratch.awaitExit(writer)).isZero();
            // 3 MiB at 1 MiB/s: a lower bound that no slow machine can miss.
            assertThat(System.nanoTime() - began).isGreaterThan(1_500_000_000L);
            assertThat(known(group.usage().io()).stream().mapToLong(io -> io.writeBytes()))
                    .anyMatch(bytes -> bytes >= 3 * MIB);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void write(LimitFile file, long bytes) {
        LimitValue value = new LimitValue.Amount(bytes);
        assertThat(group.writeLimit(file, value)).isEqualTo(Reading.known(value));
    }

    private Process eat(int mib) throws IOException {
        Process eater = scratch.start(group, "sh", "-c", EATER, "sh", Integer.toString(mib));
        await().atMost(BOUND)
                .until(() -> known(group.usage().memory()).anonBytes() >= mib * MIB
                        || known(group.memoryEvents()).high() > 0);
        return eater;
    }

    private Path directory() {
        return Path.of(group.entry().v2Directory());
    }
}
