package io.vigia.kernel.inotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.CgroupCreated;
import io.vigia.kernel.event.KernelEvent.CgroupRemoved;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.fixture.LoopFixture;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.PlayedSyscalls;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told where the kernel's queue, watches or descriptors do not suffice, and that nothing is missing afterwards. */
class CgroupWatcherLossKernelIT extends WatchedTree {
    @Test
    void aFullQueueIsToldOnceAndTheSetIsExactAfterwards() throws Exception {
        for (int i = 0; i < 50; i++) {
            cgroups.create("old" + i);
        }
        startAndSettle();
        int limit = maxQueuedEvents();
        Path file = cgroups.file("old0/cgroup.max.depth");
        Path other = cgroups.file("old1/cgroup.max.depth");
        // Asked for when the loss is told, as the supervisor does.
        CompletableFuture<Set<String>> compared = new CompletableFuture<>();
        whenLost = () -> watcher.whenCompared(() -> compared.complete(living()));
        whileLoopIsBlocked(() -> {
            // Alternating, because the kernel merges equal neighbours.
            for (int i = 0; i <= limit / 2; i++) {
                write(file, "max");
                write(other, "max");
            }
            for (int i = 0; i < 50; i += 2) {
                cgroups.remove("old" + i);
            }
            for (int i = 0; i < 20; i++) {
                cgroups.create("new" + i);
            }
            // The same name, another group.
            cgroups.remove("old1");
            cgroups.create("old1");
        });
        awaitEvent(EventsLost.class, e -> e.source() == KernelEvent.Source.INOTIFY);
        assertThat(LoopFixture.within(compared)).hasSize(45).isEqualTo(listed());
        cgroups.create("last");
        awaitCreated(cgroups.path("last"));

        assertThat(of(EventsLost.class)).hasSize(1);
        assertThat(living()).isEqualTo(listed());
        assertThat(of(CgroupRemoved.class)).hasSize(26).allMatch(e -> e.id() != null);
    }

    /** In one read: sysctl files answer only at offset 0, and {@code Files.readString} would take a first digit for all. */
    private int maxQueuedEvents() {
        byte[] text = new byte[32];
        try (Fd fd = known(syscalls.open(
                "/proc/sys/fs/inotify/max_queued_events".getBytes(StandardCharsets.US_ASCII), OpenFlags.O_RDONLY))) {
            int length = known(syscalls.pread(fd, text, 0));
            return Integer.parseInt(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
        }
    }

    /** What the events add up to. */
    private Set<String> living() {
        Set<String> living = new TreeSet<>();
        for (KernelEvent event : events) {
            if (event instanceof CgroupCreated e) {
                living.add(e.path().name() + " " + e.id());
            } else if (event instanceof CgroupRemoved e) {
                assertThat(living.remove(e.path().name() + " " + e.id())).isTrue();
            }
        }
        return living;
    }

    private Set<String> listed() throws IOException {
        try (Stream<Path> all = Files.list(cgroups.file(""))) {
            Set<String> names = new TreeSet<>();
            all.filter(Files::isDirectory).forEach(path -> {
                String name = path.getFileName().toString();
                names.add(name + " " + cgroups.id(name));
            });
            return names;
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void groupsBeyondTheWatchLimitAreStillAnnouncedAndTheReasonIsKept() {
        AtomicInteger left = new AtomicInteger(10);
        Syscalls limited = new PlayedSyscalls(syscalls)
                .answer("inotifyAddWatch", arguments -> {
                    if (left.getAndDecrement() <= 0) {
                        throw KernelException.of("inotify_add_watch", "played", Errno.ENOSPC);
                    }
                    return syscalls.inotifyAddWatch((Fd) arguments[0], (Fd) arguments[1], (int) arguments[2]);
                })
                .syscalls();
        IntStream.range(0, 50).forEach(i -> cgroups.create("g" + i));
        CgroupWatcher few = watcher(limited, inotify(limited));
        startAndSettle(few);
        assertThat(of(CgroupCreated.class)).hasSize(50);
        assertThat(few.support())
                .isInstanceOfSatisfying(
                        Support.Degraded.class,
                        degraded -> assertThat(degraded.remedy()).contains("max_user_watches"));
        left.set(Integer.MAX_VALUE);
        await().atMost(Patience.of(20))
                .untilAsserted(() -> assertThat(few.support()).isInstanceOf(Support.Available.class));
        assertThat(of(EventsLost.class)).hasSize(1);
        cgroups.remove("g3");
        awaitEvent(CgroupRemoved.class, e -> e.path().name().equals("g3"));
    }

    @Test
    void whoWasToldOfALossHearsOfTheTreeOnceEveryDirectoryCouldBeOpened() {
        AtomicBoolean scarce = new AtomicBoolean();
        Syscalls limited = new PlayedSyscalls(syscalls)
                .answer("openAt", arguments -> {
                    if (scarce.get()) {
                        throw KernelException.of("openat", "played", Errno.EMFILE);
                    }
                    return syscalls.openAt(
                            (Fd) arguments[0], (byte[]) arguments[1], (int) arguments[2], (String) arguments[3]);
                })
                .syscalls();
        cgroups.create("g");
        CgroupWatcher few = watcher(limited, inotify);
        startAndSettle(few);
        scarce.set(true);
        CompletableFuture<Void> compared = new CompletableFuture<>();
        loop.run(() -> {
            few.rescan();
            few.whenCompared(() -> compared.complete(null));
        });
        await().atMost(Patience.of(20)).until(() -> few.support() instanceof Support.Degraded);
        for (int i = 0; i < 100; i++) {
            loop.run(() -> {});
        }
        assertThat(compared).isNotDone();
        scarce.set(false);
        LoopFixture.within(compared);
    }
}
