package io.vigia.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.MemoryEvents;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that stands in for the kernel's tree, and system calls that fail when told to. */
class FakeCgroupTreeTest {
    private static final CgroupPath WEB = new CgroupPath("/web");

    @TempDir
    Path root;

    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private Cgroups cgroups;
    private Cgroup web;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(root.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.createDirectory(root.resolve("web"));
        put("cgroup.events", "populated 1\nfrozen 0\n");
        put("memory.max", "67108864\n");
        put("memory.current", "4096\n");
        put("memory.stat", "anon 1\nfile 2\n");
        put("cpu.max", "50000 100000\n");
        CgroupMount mount = new CgroupMount(root.toString(), CgroupPath.ROOT, Set.of(), false);
        cgroups = new UnifiedCgroups(failing(new JnaSyscalls()), mount, new DescriptorBudget(2));
        web = Optional.ofNullable(cgroups.open(WEB).orNull()).orElseThrow();
    }

    @AfterEach
    void close() {
        cgroups.close();
    }

    @Test
    void readsWhatIsThere() {
        assertThat(web.readLimit(LimitFile.MEMORY_MAX)).isEqualTo(Reading.known(new LimitValue.Amount(67_108_864)));
        assertThat(web.readLimit(LimitFile.CPU_MAX)).isEqualTo(Reading.known(new LimitValue.CpuQuota(50_000, 100_000)));
        assertThat(web.state()).isEqualTo(Reading.known(new Cgroup.State(true, false)));
    }

    @Test
    void aMissingFileIsUnknownNeitherZeroNorUnlimited() {
        assertThat(web.readLimit(LimitFile.PIDS_MAX)).isInstanceOf(Reading.Unknown.class);
        assertThat(web.pidsCurrent()).isInstanceOf(Reading.Unknown.class);
        assertThat(web.usage().cpuPressure()).isInstanceOf(Reading.Unknown.class);
    }

    @Test
    void aTextThatMakesNoSenseIsUnknownWithTheReason() throws IOException {
        put("memory.max", "lots\n");
        put("cgroup.events", "populated yes\n");
        assertThat(web.readLimit(LimitFile.MEMORY_MAX).toString())
                .contains("memory.max")
                .contains("lots");
        assertThat(web.state()).isInstanceOf(Reading.Unknown.class);
    }

    @Test
    void aFileThatVanishesWithItsDirectoryIsGone() throws IOException {
        assertThat(web.memoryCurrentBytes()).isEqualTo(Reading.known(4096L));
        removeWeb();
        failures.put("pread", Errno.ENODEV);
        assertThat(web.memoryCurrentBytes()).isInstanceOf(Reading.Gone.class);
        assertThat(web.readLimit(LimitFile.MEMORY_MAX)).isInstanceOf(Reading.Gone.class);
    }

    @Test
    void enodevInTheMiddleOfASampleIsGoneForThatPart() {
        failures.put("pread", Errno.ENODEV);
        assertThat(web.usage().memory()).isInstanceOf(Reading.Gone.class);
        failures.clear();
        assertThat(web.usage().memory()).isInstanceOf(Reading.Known.class);
    }

    @Test
    void anotherDirectoryUnderTheNameIsGone() throws IOException {
        Files.move(root.resolve("web"), root.resolve("old"));
        Files.createDirectory(root.resolve("web"));
        put("memory.max", "1\n");
        assertThat(web.readLimit(LimitFile.MEMORY_MAX)).isInstanceOf(Reading.Gone.class);
        assertThat(web.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Max())).isInstanceOf(Reading.Gone.class);
        assertThat(Files.readString(root.resolve("web/memory.max"))).isEqualTo("1\n");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), root.resolve("web"));
        assertThatThrownBy(() -> cgroups.open(new CgroupPath("/link"))).isInstanceOf(KernelException.class);
    }

    @Test
    void aRefusedWriteNamesFileDataAndErrno() {
        failures.put("write", Errno.EINVAL);
        assertThatThrownBy(() -> web.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(8192)))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining(root + "/web/memory.max '8192'")
                .hasMessageContaining("EINVAL");
    }

    @Test
    void enodevOnAWriteToALivingGroupIsARefusalNotGone() {
        failures.put("write", Errno.ENODEV);
        assertThatThrownBy(() -> web.writeLimit(LimitFile.MEMORY_MAX, new LimitValue.Amount(8192)))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("ENODEV");
    }

    @Test
    void beyondTheBudgetFilesAreOpenedForEachRead() throws IOException {
        try (CgroupMeters meters = cgroups.meters()) {
            CgroupMeter meter = Optional.ofNullable(meters.open(WEB).orNull()).orElseThrow();
            CgroupNumbers numbers = new CgroupNumbers();
            for (long current : new long[] {4096, 8192}) {
                put("memory.current", current + "\n");
                put("cgroup.procs", "0\n" + current + "\n");
                assertThat(meter.read(numbers, CgroupMeter.Told.NOTHING)).isTrue();
                assertThat(meters.held()).isEqualTo(2);
                assertThat(numbers.get(CgroupNumber.MEMORY_CURRENT_BYTES)).isEqualTo(current);
                assertThat(numbers.get(CgroupNumber.MEMORY_ANON_BYTES)).isEqualTo(1);
                assertThat(numbers.get(CgroupNumber.PROCESSES)).isEqualTo(2);
                assertThat(numbers.get(CgroupNumber.FIRST_PROCESS)).isEqualTo(current);
            }
            meter.close();
            assertThat(meters.held()).isZero();
            assertThat(meter.read(numbers, CgroupMeter.Told.NOTHING)).isFalse();
        }
    }

    @Test
    void aMeterLeavesOutWhatIsNotThere() throws IOException {
        put("cpu.max", "max 100000\n");
        put("cpu.weight", "nonsense\n");
        try (CgroupMeters meters = cgroups.meters();
                CgroupMeter meter =
                        Optional.ofNullable(meters.open(WEB).orNull()).orElseThrow()) {
            CgroupNumbers numbers = new CgroupNumbers();
            assertThat(meter.read(numbers, CgroupMeter.Told.NOTHING)).isTrue();
            assertThat(numbers.get(CgroupNumber.PIDS_CURRENT)).isEqualTo(CgroupNumbers.UNKNOWN);
            assertThat(numbers.get(CgroupNumber.CPU_SHARES)).isEqualTo(CgroupNumbers.UNKNOWN);
            assertThat(numbers.get(CgroupNumber.CPU_QUOTA_USEC)).isEqualTo(CgroupNumbers.UNLIMITED);
            assertThat(numbers.get(CgroupNumber.MEMORY_MAX_BYTES)).isEqualTo(67_108_864);
        }
    }

    @Test
    void refusedForksAreThoseOfTheGroupItselfWhereTheKernelTellsThemApart() throws IOException {
        put("pids.events", "max 7\n");
        put("pids.events.local", "max 3\n");
        assertThat(web.pidsMaxEventsLocal()).isEqualTo(Reading.known(3L));
        assertThat(web.pidsMaxEvents()).isEqualTo(Reading.known(7L));
    }

    @Test
    void anOlderKernelIsAskedOnceForWhatItDoesNotHave() throws IOException {
        assertThat(web.pidsMaxEventsLocal())
                .as("without the controller nothing is known of the kernel")
                .isInstanceOf(Reading.Unknown.class);
        put("pids.events", "max 7\n");
        assertThat(web.pidsMaxEventsLocal()).isEqualTo(Reading.known(7L));
        put("pids.events.local", "max 3\n");
        assertThat(web.pidsMaxEventsLocal()).as("not asked again").isEqualTo(Reading.known(7L));
    }

    @Test
    void outOfDescriptorsNoFileIsTakenToBeMissing() throws IOException {
        put("pids.events", "max 7\n");
        put("pids.events.local", "max 3\n");
        failures.put("openAt", Errno.EMFILE);
        assertThat(web.pidsMaxEventsLocal()).isInstanceOf(Reading.Unknown.class);
        failures.clear();
        assertThat(web.pidsMaxEventsLocal()).isEqualTo(Reading.known(3L));
    }

    @Test
    void aMeterOutOfDescriptorsSaysSoAndReadsAllOfItTheNextTime() {
        try (CgroupMeters meters = cgroups.meters();
                CgroupMeter meter =
                        Optional.ofNullable(meters.open(WEB).orNull()).orElseThrow()) {
            CgroupNumbers numbers = new CgroupNumbers();
            failures.put("openAt", Errno.EMFILE);
            assertThat(meter.read(numbers, CgroupMeter.Told.NOTHING))
                    .as("not gone")
                    .isTrue();
            assertThat(meter.refused()).contains("openAt").contains("EMFILE");
            assertThat(numbers.get(CgroupNumber.MEMORY_CURRENT_BYTES)).isEqualTo(CgroupNumbers.UNKNOWN);
            assertThat(numbers.get(CgroupNumber.MEMORY_MAX_BYTES)).isEqualTo(CgroupNumbers.UNKNOWN);

            failures.clear();
            assertThat(meter.read(numbers, CgroupMeter.Told.NOTHING)).isTrue();
            assertThat(meter.refused()).isNull();
            assertThat(numbers.get(CgroupNumber.MEMORY_CURRENT_BYTES)).isEqualTo(4096);
            assertThat(numbers.get(CgroupNumber.MEMORY_MAX_BYTES)).isEqualTo(67_108_864);
            assertThat(numbers.get(CgroupNumber.CPU_QUOTA_USEC)).isEqualTo(50_000);
        }
    }

    @Test
    void aFileThatIsNeverGivenIsNoWant() {
        try (CgroupMeters meters = cgroups.meters();
                CgroupMeter meter =
                        Optional.ofNullable(meters.open(WEB).orNull()).orElseThrow()) {
            failures.put("readAt", Errno.EOPNOTSUPP);
            assertThat(meter.read(new CgroupNumbers(), CgroupMeter.Told.NOTHING))
                    .isTrue();
            assertThat(meter.refused()).isNull();
        }
    }

    @Test
    void aMeterTakesWhatItIsToldInsteadOfReading() throws IOException {
        put("memory.events", "low 9\nhigh 9\nmax 9\noom 9\noom_kill 9\n");
        put("cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
        try (CgroupMeters meters = cgroups.meters();
                CgroupMeter meter =
                        Optional.ofNullable(meters.open(WEB).orNull()).orElseThrow()) {
            CgroupNumbers numbers = new CgroupNumbers();
            MemoryEvents tree = new MemoryEvents(0, 1, 2, 3, 4, -1);
            CgroupMeter.Told empty = new CgroupMeter.Told(true, 1, tree, null);
            assertThat(meter.read(numbers, empty)).isTrue();
            assertThat(numbers.get(CgroupNumber.EVENTS_OOM_KILL)).isEqualTo(4);
            assertThat(numbers.get(CgroupNumber.CPU_SOME_USEC)).isEqualTo(7);

            put("cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=8\n");
            assertThat(meter.read(numbers, empty)).isTrue();
            assertThat(numbers.get(CgroupNumber.CPU_SOME_USEC))
                    .as("nobody was in it since")
                    .isEqualTo(7);
            // Somebody may have been: but pressure is not read again at once.
            await().until(() -> meter.read(numbers, new CgroupMeter.Told(true, 2, null, null))
                    && numbers.get(CgroupNumber.CPU_SOME_USEC) == 8);
            assertThat(numbers.get(CgroupNumber.EVENTS_OOM_KILL)).isEqualTo(9);
        }
    }

    @Test
    void writesAndReadsBack() {
        LimitValue sameLength = new LimitValue.Amount(16_777_216);
        assertThat(web.writeLimit(LimitFile.MEMORY_MAX, sameLength)).isEqualTo(Reading.known(sameLength));
        assertThat(web.writeLimit(LimitFile.PIDS_MAX, new LimitValue.Amount(1))).isInstanceOf(Reading.Unknown.class);
    }

    private void put(String file, String text) throws IOException {
        Files.writeString(root.resolve("web").resolve(file), text);
    }

    private void removeWeb() throws IOException {
        try (var files = Files.list(root.resolve("web"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(root.resolve("web"));
    }

    private Syscalls failing(Syscalls real) {
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                    Integer errno = failures.get(method.getName());
                    if (errno != null && method.getName().equals("pread")) {
                        return Reading.gone();
                    }
                    if (errno != null) {
                        throw KernelException.of(method.getName(), "told to", errno);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
