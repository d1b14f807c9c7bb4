package io.vigia.kernel.psi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.PressureCrossed;
import io.vigia.kernel.event.KernelEvent.PressureTriggerLost;
import io.vigia.kernel.fixture.CgroupFixture;
import io.vigia.kernel.fixture.LoopFixture;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.PressureKind;
import io.vigia.kernel.model.PressureTrigger;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Resource;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.OpenFlags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PsiTriggersKernelIT {
    private static final PressureTrigger TWO_SECONDS =
            new PressureTrigger(Resource.CPU, PressureKind.SOME, 100_000, 2_000_000);

    private final JnaSyscalls syscalls = new JnaSyscalls();
    private final ConcurrentLinkedQueue<KernelEvent> events = new ConcurrentLinkedQueue<>();
    private final List<Runnable> cleanUps = new ArrayList<>();
    private CgroupFixture cgroups;
    private LoopFixture loop;
    private PsiTriggers triggers;

    @BeforeEach
    void setUp() {
        Support support = PsiProbe.probe(syscalls);
        assumeTrue(support.usable(), "no pressure triggers on this host: " + support);
        cgroups = CgroupFixture.make();
        cleanUps.add(cgroups::close);
        loop = new LoopFixture();
        cleanUps.add(loop::close);
        triggers = new PsiTriggers(loop.loop(), syscalls, events::add);
        cleanUps.add(() -> loop.run(triggers::close));
    }

    @AfterEach
    void cleanUp() {
        for (int i = cleanUps.size() - 1; i >= 0; i--) {
            cleanUps.get(i).run();
        }
    }

    private Arming arm(String name, PressureTrigger trigger) {
        CgroupPath path = cgroups.path(name);
        CgroupId id = cgroups.id(name);
        try (Fd directory = directory(path)) {
            return loop.call(() -> triggers.arm(directory, path, id, trigger));
        }
    }

    private Fd directory(CgroupPath path) {
        return syscalls.openAt(
                                cgroups.root(),
                                CgroupPath.unescape(path.id()),
                                OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY,
                                path.text())
                        instanceof Reading.Known<Fd>(Fd fd)
                ? fd
                : org.assertj.core.api.Assertions.fail("gone: " + path);
    }

    /** Every window that is granted here: those below two seconds have averages of their own, and need the capability. */
    @Test
    void firesUnderLoadInTheGroupInEveryWindow() {
        cgroups.create("busy");
        List<PressureTrigger> all = new ArrayList<>(List.of(TWO_SECONDS));
        if (Capability.hasSysResource()) {
            all.add(new PressureTrigger(Resource.CPU, PressureKind.SOME, 25_000, 500_000));
            all.add(new PressureTrigger(Resource.CPU, PressureKind.SOME, 50_000, 1_000_000));
        }
        for (PressureTrigger trigger : all) {
            Arming.Armed armed = (Arming.Armed) arm("busy", trigger);
            assertThat(armed.granted()).isEqualTo(trigger);
            assertThat(armed.warning()).isNull();
        }
        // Two on one processor: one of them always waits. They end by themselves should this test die.
        String spin = "exec taskset -c 0 sh -c 'i=0; while [ $i -lt 50000000 ]; do i=$((i+1)); done'";
        for (int i = 0; i < 2; i++) {
            Process process = cgroups.start("busy", spin);
            cleanUps.add(() -> CgroupFixture.end(process));
        }
        Set<PressureTrigger> fired = new HashSet<>();
        await().atMost(Patience.of(30)).until(() -> {
            for (KernelEvent event = events.poll(); event != null; event = events.poll()) {
                assertThat(event).isInstanceOfSatisfying(PressureCrossed.class, e -> {
                    assertThat(e.path()).isEqualTo(cgroups.path("busy"));
                    assertThat(e.id()).isEqualTo(cgroups.id("busy"));
                    fired.add(e.trigger());
                });
            }
            return fired.size() == all.size();
        });
        assertThat(fired).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void aRemovedGroupLosesItsTriggerOnceAndTheLoopDoesNotSpin() {
        cgroups.create("gone");
        assertThat(arm("gone", TWO_SECONDS)).isInstanceOf(Arming.Armed.class);
        assertThat(loop.call(triggers::count)).isEqualTo(1);
        assertThat(registered()).isEqualTo(1);
        CgroupId id = cgroups.id("gone");
        cgroups.remove("gone");
        await().atMost(Patience.of(20)).until(() -> !events.isEmpty());
        assertThat(loop.call(triggers::count)).isZero();
        // The kernel never stops reporting it: left registered it would wake the loop without end, heard of or not.
        assertThat(registered()).isZero();
        for (int i = 0; i < 100; i++) {
            loop.run(() -> {});
        }
        assertThat(events).hasSize(1);
        assertThat(events.peek())
                .isInstanceOfSatisfying(
                        PressureTriggerLost.class, e -> assertThat(e.id()).isEqualTo(id));
    }

    /** Pressure triggers that any epoll descriptor of this process waits for: nothing else here is waited for by EPOLLPRI. */
    private static long registered() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
            return all.mapToLong(PsiTriggersKernelIT::registeredWith).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** proc(5): {@code tfd: 5 events: 1d data: …}, the events in hexadecimal. */
    private static long registeredWith(Path fdinfo) {
        try {
            return Files.readAllLines(fdinfo, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith("tfd:"))
                    .map(line -> line.strip().split("[ :]+"))
                    .filter(words -> (Integer.parseUnsignedInt(words[3], 16) & KernelLoop.EPOLLPRI) != 0)
                    .count();
        } catch (IOException e) {
            // A descriptor of somebody else that was closed meanwhile.
            return 0;
        }
    }

    @Test
    void windowsAreRoundedUpWithOneWarningWhereTheKernelAsksForIt() {
        assumeFalse(Capability.hasSysResource(), "this process has CAP_SYS_RESOURCE: every window is granted");
        assertThat(PsiProbe.probe(syscalls)).isInstanceOf(Support.Degraded.class);
        cgroups.create("rounded");
        PressureTrigger wanted = new PressureTrigger(Resource.MEMORY, PressureKind.FULL, 50_000, 500_000);
        Arming.Armed first = (Arming.Armed) arm("rounded", wanted);
        assertThat(first.granted())
                .isEqualTo(new PressureTrigger(Resource.MEMORY, PressureKind.FULL, 200_000, 2_000_000));
        assertThat(first.warning())
                .contains("CAP_SYS_RESOURCE")
                .contains("500000")
                .contains("2000000");
        assertThat(((Arming.Armed) arm("rounded", wanted)).warning()).isNull();
    }

    @Test
    void everyWindowIsGrantedWithTheCapability() {
        assumeTrue(Capability.hasSysResource(), "this process lacks CAP_SYS_RESOURCE: windows are rounded up");
        assertThat(PsiProbe.probe(syscalls)).isInstanceOf(Support.Available.class);
        cgroups.create("granted");
        for (long window : new long[] {500_000, 1_000_000, 2_000_000}) {
            PressureTrigger wanted = new PressureTrigger(Resource.MEMORY, PressureKind.FULL, 50_000, window);
            Arming.Armed armed = (Arming.Armed) arm("granted", wanted);
            assertThat(armed.granted()).isEqualTo(wanted);
            assertThat(armed.warning()).isNull();
        }
    }

    @Test
    void disarmedTriggersGiveTheirDescriptorsBack() {
        cgroups.create("many");
        List<Arming.Armed> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add((Arming.Armed) arm("many", TWO_SECONDS));
        }
        assertThat(loop.call(triggers::count)).isEqualTo(10);
        loop.run(() -> all.forEach(armed -> {
            armed.handle().disarm();
            armed.handle().disarm();
        }));
        assertThat(loop.call(triggers::count)).isZero();
        cgroups.remove("many");
        assertThat(events).isEmpty();
    }

    @Test
    void aGroupThatEndedBeforeIsGone() {
        CgroupPath path = cgroups.create("early");
        CgroupId id = cgroups.id("early");
        try (Fd directory = directory(path)) {
            cgroups.remove("early");
            assertThat(loop.call(() -> triggers.arm(directory, path, id, TWO_SECONDS)))
                    .isInstanceOf(Arming.Gone.class);
        }
    }
}
