package io.vigia.kernel.cgroup;

import static io.vigia.kernel.cgroup.Scratch.BOUND;
import static io.vigia.kernel.cgroup.Scratch.known;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.model.Controller;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.parse.LimitValues;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits of the real kernel: written, read back, refused, unsupported. */
class CgroupLimitsKernelIT {
    private static final long MIB = 1 << 20;

    private Scratch scratch;
    private Cgroup group;

    @BeforeEach
    void open() {
        scratch = Scratch.open();
        group = scratch.group();
    }

    @AfterEach
    void close() {
        if (scratch != null) {
            scratch.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cpu.max, 50%",
        "cpu.max, 250m",
        "cpu.max, 20000 50000",
        "cpu.max, max 200000",
        "cpu.max, max",
        "cpu.weight, 1",
        "cpu.weight, 33",
        "cpu.weight, 100",
        "cpu.weight, 10000",
        "cpu.idle, 1",
        "cpu.idle, 0",
        "memory.max, 64Mi",
        "memory.max, max",
        "memory.max, 1Gi",
        "memory.high, 32Mi",
        "memory.low, 16Mi",
        "memory.min, 8Mi",
        "memory.oom.group, 1",
        "pids.max, 7",
        "pids.max, 0",
        "pids.max, max",
        "cpuset.cpus, 0",
        "cpuset.mems, 0",
        "io.weight, 50",
        "io.weight, 100"
    })
    void readsBackWhatWasWritten(String fileName, String text) {
        LimitFile file = LimitFile.ofFileName(fileName).orElseThrow();
        assumeSupported(file);
        LimitValue value = LimitValues.parse(file, text);
        assertThat(group.writeLimit(file, value)).isEqualTo(Reading.known(value));
        assertThat(group.readLimit(file)).isEqualTo(Reading.known(value));
    }

    @Test
    void burstFollowsAQuota() {
        assumeSupported(LimitFile.CPU_MAX_BURST);
        group.writeLimit(LimitFile.CPU_MAX, LimitValues.parse(LimitFile.CPU_MAX, "50%"));
        LimitValue burst = LimitValues.parse(LimitFile.CPU_MAX_BURST, "20000");
        assertThat(group.writeLimit(LimitFile.CPU_MAX_BURST, burst)).isEqualTo(Reading.known(burst));
        assertThatThrownBy(() -> group.writeLimit(LimitFile.CPU_MAX_BURST, new LimitValue.Amount(60_000)))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("burst")
                .hasMessageContaining("60000")
                .hasMessageContaining("EINVAL");
    }

    @ParameterizedTest
    @EnumSource(LimitFile.class)
    void theKernelsDefaultIsWhatANewGroupHasAndCanBeWrittenBack(LimitFile file) {
        assumeSupported(file);
        Reading<LimitValue> fresh = group.readLimit(file);
        assumeTrue(!(fresh instanceof Reading.Unknown), () -> fresh.toString());
        boolean inherits =
                file.kernelDefault().equals(new LimitValue.Text("")) && scratch.cgroups.kind() == HierarchyKind.HYBRID;
        if (!inherits) {
            assertThat(fresh).isEqualTo(Reading.known(file.kernelDefault()));
        }
        assertThat(group.writeLimit(file, file.kernelDefault())).isEqualTo(fresh);
    }

    @ParameterizedTest
    @EnumSource(LimitFile.class)
    void supportAgreesWithReading(LimitFile file) {
        Reading<LimitValue> reading = group.readLimit(file);
        Support support = scratch.cgroups.support(file);
        if (support instanceof Support.Missing(String cause, String remedy)) {
            assertThat(reading).isInstanceOf(Reading.Unknown.class);
            assertThat(group.writeLimit(file, file.kernelDefault())).isInstanceOf(Reading.Unknown.class);
            assertThat(cause).isNotBlank();
        } else {
            assertThat(reading).isInstanceOf(Reading.Known.class);
        }
    }

    @Test
    void memoryIsRoundedDownToPages() {
        Reading<LimitValue> back = group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(1_500_000_000));
        assertThat(back).isEqualTo(Reading.known(new LimitValue.Amount(LimitValues.roundToPages(1_500_000_000, 4096))));
    }

    @Test
    void hybridSaysWhyHighIsUnsupported() {
        assumeTrue(scratch.cgroups.kind() == HierarchyKind.HYBRID, "only where memory is a v1 controller");
        assertThat(group.readLimit(LimitFile.MEMORY_HIGH).toString()).contains("mounted as v1");
        assertThat(scratch.cgroups.support(LimitFile.MEMORY_HIGH)).isInstanceOf(Support.Missing.class);
    }

    @Test
    void swapFollowsMemoryThroughRaisingAndLowering() {
        LimitFile swap = LimitFile.MEMORY_SWAP_MAX;
        assumeSupported(swap);
        group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(64 * MIB));
        assertThat(group.writeLimit(swap, new LimitValue.Amount(16 * MIB)))
                .isEqualTo(Reading.known(new LimitValue.Amount(16 * MIB)));
        for (long memory : new long[] {128 * MIB, 32 * MIB}) {
            LimitValue max = new LimitValue.Amount(memory);
            assertThat(group.writeLimit(LimitFile.MEMORY_MAX, max)).isEqualTo(Reading.known(max));
            assertThat(group.readLimit(swap)).isEqualTo(Reading.known(new LimitValue.Amount(16 * MIB)));
        }
        group.writeLimit(swap, new LimitValue.Max());
        assertThat(group.readLimit(swap)).isEqualTo(Reading.known(new LimitValue.Max()));
    }

    @Test
    void throttlesADeviceAndLetsItGo() throws IOException {
        LimitFile file = LimitFile.IO_MAX;
        assumeSupported(file);
        String device = firstDisk();
        LimitValue first = LimitValues.parse(file, device + " rbps=10Mi wiops=120");
        assertThat(group.writeLimit(file, first)).isEqualTo(Reading.known(first));
        LimitValue second = LimitValues.parse(file, device + " wbps=1Mi");
        assertThat(group.writeLimit(file, second)).isEqualTo(Reading.known(second));
        assertThat(group.writeLimit(file, new LimitValue.Max())).isEqualTo(Reading.known(new LimitValue.Max()));
    }

    @Test
    void anUnknownDeviceIsRefusedNotGone() {
        assumeSupported(LimitFile.IO_MAX);
        LimitValue value = LimitValues.parse(LimitFile.IO_MAX, "4095:77 rbps=1Mi");
        assertThatThrownBy(() -> group.writeLimit(LimitFile.IO_MAX, value))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("4095:77");
    }

    @Test
    void loweringBelowAnonymousMemoryIsRefusedOnV1() throws Exception {
        assumeTrue(scratch.cgroups.kind() == HierarchyKind.HYBRID, "v2 would kill here instead of refusing");
        // Where there is swap it would go there.
        for (String tasks : group.entry().v1TasksFiles()) {
            Path swappiness = Path.of(tasks).resolveSibling("memory.swappiness");
            if (Files.exists(swappiness)) {
                Files.writeString(swappiness, "0");
            }
        }
        startEater(48);
        LimitValue before = known(group.readLimit(LimitFile.MEMORY_MAX));
        assertThatThrownBy(() -> group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(8 * MIB)))
                .isInstanceOf(KernelException.Busy.class)
                .hasMessageContaining("EBUSY");
        assertThat(known(group.readLimit(LimitFile.MEMORY_MAX))).isEqualTo(before);
        assertThat(known(group.memoryEvents()).oomKill()).isZero();
    }

    @Test
    void reclaimsPageCacheAndLeavesTheLimitAsItWas() throws Exception {
        // Not the folder for temporary files: where that is a tmpfs, its pages have nowhere to go without swap.
        Path folder = Path.of("/var/tmp");
        assumeTrue(Files.isWritable(folder), folder + " is not writable");
        Path file = Files.createTempFile(folder, "vigia-it", ".cache");
        try {
            Process reader =
                    scratch.start(group, "dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=48", "conv=fsync");
            Scratch.awaitExit(reader);
            long before = known(group.memoryCurrentBytes());
            assumeTrue(before > 40 * MIB, "the page cache of " + file + " is not charged to the group");
            LimitValue limit = known(group.readLimit(LimitFile.MEMORY_MAX));
            List<LimitValue> lowered = new ArrayList<>();
            Reading<Long> freed = group.reclaim(16 * MIB, (f, was, meanwhile) -> {
                assertThat(was).isEqualTo(limit);
                lowered.add(meanwhile);
            });
            assertThat(known(freed)).isGreaterThanOrEqualTo(8 * MIB);
            assertThat(known(group.readLimit(LimitFile.MEMORY_MAX))).isEqualTo(limit);
            assertThat(lowered).hasSize(scratch.cgroups.kind() == HierarchyKind.HYBRID ? 1 : 0);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void reclaimOfWhatCannotGoLeavesTheLimitAndKillsNobody() throws Exception {
        Process eater = startEater(48);
        LimitValue limit = known(group.readLimit(LimitFile.MEMORY_MAX));
        assertThat(group.reclaim(40 * MIB)).isInstanceOf(Reading.Known.class);
        assertThat(known(group.readLimit(LimitFile.MEMORY_MAX))).isEqualTo(limit);
        assertThat(eater.isAlive()).isTrue();
    }

    @Test
    void aGuardThatThrowsStopsTheReclaim() {
        assumeTrue(scratch.cgroups.kind() == HierarchyKind.HYBRID, "v2 lowers nothing");
        LimitValue limit = known(group.readLimit(LimitFile.MEMORY_MAX));
        assertThatThrownBy(() -> group.reclaim(MIB, (f, was, meanwhile) -> {
                    throw new IllegalStateException("journal full");
                }))
                .hasMessage("journal full");
        assertThat(known(group.readLimit(LimitFile.MEMORY_MAX))).isEqualTo(limit);
    }

    @Test
    void anOomKillIsCountedOnceAndNotified() throws Exception {
        Reading<Fd> notifier = group.oomNotifier();
        group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(16 * MIB));
        if (scratch.cgroups.kind() == HierarchyKind.UNIFIED) {
            group.writeLimit(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(0));
        }
        try {
            for (int kills = 1; kills <= 2; kills++) {
                Process eater = scratch.start(group, "tail", "/dev/zero");
                assertThat(Scratch.awaitExit(eater)).isEqualTo(128 + 9);
                // Counted before it is sent the signal: when it has ended nothing is to come.
                assertThat(known(group.memoryEvents()).oomKill()).isEqualTo(kills);
            }
            assertThat(known(group.memoryEvents()).max()).isPositive();
            if (notifier instanceof Reading.Known<Fd>(Fd fd)) {
                assertThat(scratch.syscalls.read(fd, new byte[8])).isEqualTo(8);
            }
        } finally {
            Fd fd = notifier.orNull();
            if (fd != null) {
                fd.close();
            }
        }
    }

    /** The limit is the parent's, the victim is in the child: so it is in every managed group. */
    @Test
    void anOomKillBelowTheLimitIsTheParentsEventToo() throws Exception {
        Reading<Fd> notifier = group.oomNotifier();
        try {
            group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(16 * MIB));
            if (scratch.cgroups.kind() == HierarchyKind.UNIFIED) {
                group.writeLimit(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(0));
            }
            Cgroup below = scratch.cgroups.create(scratch.path.child("below"));
            assertThat(Scratch.awaitExit(scratch.start(below, "tail", "/dev/zero")))
                    .isEqualTo(128 + 9);
            await().atMost(BOUND).until(() -> known(below.memoryEventsLocal()).oomKill() == 1);
            assertThat(known(group.memoryEvents()).oomKill()).isEqualTo(1);
            assertThat(known(group.memoryEventsLocal()).oomKill()).isZero();
            if (notifier instanceof Reading.Known<Fd>(Fd fd)) {
                assertThat(scratch.syscalls.read(fd, new byte[8])).isEqualTo(8);
            }
        } finally {
            Fd fd = notifier.orNull();
            if (fd != null) {
                fd.close();
            }
        }
    }

    @Test
    void hitsThatV1DoesNotCountAreUnknownNotZero() {
        assumeTrue(scratch.cgroups.kind() == HierarchyKind.HYBRID, "v2 counts them");
        assumeSupported(LimitFile.MEMORY_SWAP_MAX);
        assertThat(known(group.memoryEvents()).max()).isZero();
        group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(16 * MIB));
        group.writeLimit(LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(0));
        assertThat(known(group.memoryEvents()).max()).isEqualTo(-1);
    }

    @Test
    void refusedForksAreCounted() throws Exception {
        group.writeLimit(LimitFile.PIDS_MAX, new LimitValue.Amount(1));
        Process child = scratch.start(group, "sh", "-c", "(true) || exit 7; exit 7");
        Scratch.awaitExit(child);
        assertThat(known(group.usage().pidsMaxEvents())).isPositive();
    }

    @Test
    void throttledTimeIsCounted() throws Exception {
        group.writeLimit(LimitFile.CPU_MAX, LimitValues.parse(LimitFile.CPU_MAX, "5%"));
        scratch.start(group, "sh", "-c", "while :; do :; done");
        await().atMost(BOUND).until(() -> known(group.usage().cpu()).throttledUsec() > 0);
        assertThat(known(group.usage().cpu()).periods()).isPositive();
    }

    @Test
    void somebodyElsesWriteIsReadAndItsFileNamesTheLimit() throws IOException {
        boolean hybrid = scratch.cgroups.kind() == HierarchyKind.HYBRID;
        String directory =
                known(((BaseCgroup) group).directory(Controller.PIDS)).display();
        Scratch.writeRaw(directory + "/pids.max", "42\n");
        assertThat(group.readLimit(LimitFile.PIDS_MAX)).isEqualTo(Reading.known(new LimitValue.Amount(42)));
        Map<String, LimitFile> names = Map.of(
                "cpu.cfs_quota_us", LimitFile.CPU_MAX,
                "memory.limit_in_bytes", LimitFile.MEMORY_MAX,
                "pids.max", LimitFile.PIDS_MAX);
        names.forEach((name, limit) -> assertThat(V1Controllers.limitOf(name)).contains(limit));
        assertThat(hybrid || directory.endsWith(scratch.path.text())).isTrue();
    }

    private Process startEater(int mib) throws IOException {
        Process eater = scratch.start(group, "sh", "-c", "x=$(head -c " + mib + "M /dev/zero | tr '\\0' x); sleep 600");
        await().atMost(BOUND).until(() -> known(group.usage().memory()).anonBytes() >= mib * MIB);
        return eater;
    }

    private void assumeSupported(LimitFile file) {
        Support support = scratch.cgroups.support(file);
        assumeTrue(support.usable(), () -> file.fileName() + ": " + support);
    }

    private static String firstDisk() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/block"))) {
            Optional<Path> disk = all.filter(p -> p.getFileName().toString().matches("[vsx]d.*|nvme.*"))
                    .findFirst();
            assumeTrue(disk.isPresent(), "no disk in /sys/block");
            return Files.readString(disk.orElseThrow().resolve("dev")).strip();
        }
    }
}
