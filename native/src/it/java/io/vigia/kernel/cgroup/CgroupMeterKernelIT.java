package io.vigia.kernel.cgroup;

import static io.vigia.kernel.cgroup.Scratch.known;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.cgroup.CgroupMeter.Told;
import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.CgroupUsage;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A meter beside {@link Cgroup#usage}, which reads the same files in the plain way. */
class CgroupMeterKernelIT {
    private final CgroupNumbers numbers = new CgroupNumbers();
    private Scratch scratch;
    private CgroupMeters meters;

    @BeforeEach
    void open() {
        scratch = Scratch.open();
        meters = scratch.cgroups.meters();
    }

    @AfterEach
    void close() {
        if (scratch != null) {
            meters.close();
            scratch.close();
        }
    }

    @Test
    void readsWhatThePlainWayReads() throws Exception {
        Cgroup group = scratch.group();
        scratch.startSleeper(group);
        try (CgroupMeter meter = known(meters.open(scratch.path))) {
            assertThat(meter.read(numbers, Told.NOTHING)).isTrue();
            CgroupUsage usage = group.usage();
            assertThat(get(CgroupNumber.CPU_USAGE_USEC))
                    .isBetween(0L, known(usage.cpu()).usageUsec());
            assertThat(get(CgroupNumber.CPU_PERIODS))
                    .isEqualTo(known(usage.cpu()).periods());
            assertThat(get(CgroupNumber.MEMORY_CURRENT_BYTES)).isPositive();
            assertThat(get(CgroupNumber.MEMORY_PEAK_BYTES)).isPositive();
            assertThat(get(CgroupNumber.MEMORY_ANON_BYTES)).isNotNegative();
            assertThat(get(CgroupNumber.MEMORY_FILE_BYTES)).isNotNegative();
            assertThat(get(CgroupNumber.MEMORY_INACTIVE_FILE_BYTES)).isNotNegative();
            assertThat(get(CgroupNumber.LOCAL_OOM_KILL)).isZero();
            assertThat(get(CgroupNumber.PIDS_CURRENT)).isEqualTo(1);
            assertThat(get(CgroupNumber.PROCESSES)).isEqualTo(1);
            assertThat(get(CgroupNumber.FIRST_PROCESS))
                    .isEqualTo((long) known(group.processes()).getFirst());
            assertThat(get(CgroupNumber.MEMORY_FULL_USEC)).isNotNegative();
            assertThat(get(CgroupNumber.CPU_SHARES)).isEqualTo(1024);
            assertThat(get(CgroupNumber.CPU_PERIOD_USEC)).isEqualTo(100_000);
            assertThat(get(CgroupNumber.CPU_QUOTA_USEC)).isEqualTo(CgroupNumbers.UNLIMITED);
            assertThat(get(CgroupNumber.MEMORY_MAX_BYTES)).isEqualTo(CgroupNumbers.UNLIMITED);
            assertThat(meter.madeMillis()).isBetween(1L, System.currentTimeMillis());
        }
    }

    @Test
    void seesALimitThatSomebodyElseWrote() {
        Cgroup group = scratch.group();
        try (CgroupMeter meter = known(meters.open(scratch.path))) {
            round(meter);
            group.writeLimit(LimitFile.CPU_MAX, new LimitValue.CpuQuota(20_000, 100_000));
            group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(64L << 20));
            round(meter);
            assertThat(get(CgroupNumber.CPU_QUOTA_USEC)).isEqualTo(20_000);
            assertThat(get(CgroupNumber.MEMORY_MAX_BYTES)).isEqualTo(64L << 20);
            group.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Max());
            round(meter);
            assertThat(get(CgroupNumber.MEMORY_MAX_BYTES)).isEqualTo(CgroupNumbers.UNLIMITED);
        }
    }

    @Test
    void aGroupOfThatNameIsNotItsSuccessor() throws Exception {
        var brief = scratch.path.child("brief");
        Cgroup unused = scratch.cgroups.create(brief);
        long before = descriptors();
        try (CgroupMeter meter = known(meters.open(brief))) {
            round(meter);
            assertThat(meters.held()).isPositive();
            assertThat(descriptors()).isEqualTo(before + meters.held());
            scratch.cgroups.remove(brief);
            Cgroup successor = scratch.cgroups.create(brief);
            assertThat(successor.id()).isNotEqualTo(meter.id());
            assertThat(meter.read(numbers, Told.NOTHING)).isFalse();
        }
        assertThat(meters.held()).isZero();
        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void findsADirectoryThatWasMadeAnewInAnotherHierarchy() throws Exception {
        scratch.startSleeper(scratch.group());
        Cgroup.Entry entry = scratch.group().entry();
        org.junit.jupiter.api.Assumptions.assumeFalse(
                entry.v1TasksFiles().isEmpty(), "this host has one hierarchy only");
        Path memory = entry.v1TasksFiles().stream()
                .map(tasks -> Path.of(tasks).getParent())
                .filter(directory -> Files.exists(directory.resolve("memory.usage_in_bytes")))
                .findFirst()
                .orElseThrow();
        var brief = scratch.path.child("brief");
        Cgroup unused = scratch.cgroups.create(brief);
        Path directory = memory.resolve("brief");
        try (CgroupMeter meter = known(meters.open(brief))) {
            round(meter);
            Files.delete(directory);
            Files.createDirectory(directory);
            round(meter);
            round(meter);
            assertThat(get(CgroupNumber.MEMORY_CURRENT_BYTES)).isZero();
        }
    }

    private void round(CgroupMeter meter) {
        meters.beginRound();
        assertThat(meter.read(numbers, Told.NOTHING)).isTrue();
    }

    private long get(CgroupNumber number) {
        return numbers.get(number);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
