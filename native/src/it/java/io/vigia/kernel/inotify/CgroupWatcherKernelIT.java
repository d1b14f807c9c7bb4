package io.vigia.kernel.inotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.CgroupCreated;
import io.vigia.kernel.event.KernelEvent.CgroupFileChanged;
import io.vigia.kernel.event.KernelEvent.CgroupRemoved;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.fixture.CgroupFixture;
import io.vigia.kernel.fixture.LoopFixture;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.model.Support;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.KernelException;
import io.vigia.kernel.sys.OpenFlags;
import io.vigia.kernel.sys.PlayedSyscalls;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupWatcherKernelIT {
    private final JnaSyscalls syscalls = new JnaSyscalls();
    private final ConcurrentLinkedQueue<KernelEvent> events = new ConcurrentLinkedQueue<>();
    private final List<Runnable> cleanUps = new ArrayList<>();
    private volatile Runnable whenLost = () -> {};

    private CgroupFixture cgroups;
    private LoopFixture loop;
    private Inotify inotify;
    private CgroupWatcher watcher;

    @BeforeEach
    void setUp() {
        cgroups = CgroupFixture.make();
        cleanUps.add(cgroups::close);
        loop = new LoopFixture();
        cleanUps.add(loop::close);
        inotify = loop.call(() -> new Inotify(loop.loop(), syscalls));
        cleanUps.add(() -> loop.run(inotify::close));
        watcher = loop.call(() -> new CgroupWatcher(
                loop.loop(),
                syscalls,
                inotify,
                cgroups.root(),
                new Observed(List.of(cgroups.base() + "/**")),
                event -> {
                    events.add(event);
                    if (event instanceof EventsLost) {
                        whenLost.run();
                    }
                }));
        cleanUps.add(() -> loop.run(watcher::close));
    }

    @AfterEach
    void cleanUp() {
        for (int i = cleanUps.size() - 1; i >= 0; i--) {
            cleanUps.get(i).run();
        }
    }

    private void startAndSettle() {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        loop.run(() -> watcher.start(() -> settled.complete(null)));
        LoopFixture.within(settled);
    }

    private <T extends KernelEvent> T awaitEvent(Class<T> type, Predicate<T> matching) {
        return await().atMost(Patience.of(20))
                .until(() -> of(type).filter(matching).findFirst(), java.util.Optional::isPresent)
                .orElseThrow();
    }

    private <T extends KernelEvent> Stream<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast);
    }

    private CgroupCreated awaitCreated(CgroupPath path) {
        return awaitEvent(CgroupCreated.class, e -> e.path().equals(path));
    }

    private CgroupRemoved awaitRemoved(CgroupPath path) {
        return awaitEvent(CgroupRemoved.class, e -> e.path().equals(path));
    }

    private static long inotifyLines() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
            return all.mapToLong(CgroupWatcherKernelIT::inotifyLines).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long inotifyLines(Path fdinfo) {
        try {
            return Files.readAllLines(fdinfo, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith("inotify"))
                    .count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static long openDescriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void announcesWhatIsThereParentsFirst() {
        CgroupPath a = cgroups.create("a");
        CgroupPath b = cgroups.create("a/b");
        CgroupPath c = cgroups.create("a/b/c");
        startAndSettle();
        assertThat(of(CgroupCreated.class).map(CgroupCreated::path)).containsExactly(a, b, c);
        assertThat(of(CgroupCreated.class).map(CgroupCreated::id))
                .containsExactly(cgroups.id("a"), cgroups.id("a/b"), cgroups.id("a/b/c"));
    }

    @Test
    void tellsCreatedFilledEmptiedAndRemoved() {
        startAndSettle();
        CgroupPath path = cgroups.create("g");
        CgroupId id = cgroups.id("g");
        assertThat(awaitCreated(path).id()).isEqualTo(id);
        Process process = cgroups.start("g", "exec sleep 60");
        try {
            awaitEvent(
                    CgroupFileChanged.class, e -> e.id().equals(id) && e.file().equals("cgroup.events"));
            assertThat(cgroups.file("g/cgroup.events")).content().contains("populated 1");
            events.clear();
        } finally {
            CgroupFixture.end(process);
        }
        awaitEvent(CgroupFileChanged.class, e -> e.id().equals(id) && e.file().equals("cgroup.events"));
        cgroups.remove("g");
        assertThat(awaitRemoved(path).id()).isEqualTo(id);
    }

    @Test
    void aSuccessorOfTheSameNameIsAnotherGroup() {
        CgroupPath path = cgroups.create("same");
        CgroupId first = cgroups.id("same");
        startAndSettle();
        cgroups.remove("same");
        cgroups.create("same");
        CgroupId second = cgroups.id("same");
        assertThat(second).isNotEqualTo(first);
        awaitEvent(CgroupCreated.class, e -> second.equals(e.id()));
        assertThat(events.stream().map(CgroupWatcherKernelIT::shortly))
                .containsExactly("+" + path + first, "-" + path + first, "+" + path + second);
        assertThat(loop.call(watcher::count)).isEqualTo(1);
    }

    private static String shortly(KernelEvent event) {
        return switch (event) {
            case CgroupCreated e -> "+" + e.path() + e.id();
            case CgroupRemoved e -> "-" + e.path() + e.id();
            default -> event.getClass().getSimpleName();
        };
    }

    @Test
    void groupsThatCameAndWentUnseenAreToldWithoutAnId() throws Exception {
        CgroupPath path = cgroups.path("short");
        startAndSettle();
        whileLoopIsBlocked(() -> {
            for (int i = 0; i < 3; i++) {
                cgroups.create("short");
                cgroups.remove("short");
            }
            cgroups.create("short");
        });
        CgroupId last = cgroups.id("short");
        cgroups.create("after");
        awaitCreated(cgroups.path("after"));
        assertThat(of(CgroupCreated.class).filter(e -> e.path().equals(path))).hasSize(4);
        assertThat(of(CgroupCreated.class).map(CgroupCreated::id).filter(last::equals))
                .hasSize(1);
        assertThat(of(CgroupRemoved.class)).hasSize(3).allMatch(e -> e.id() == null);
    }

    @Test
    void aTreeMadeAndFilledAtOnceIsSeenWhole() throws Exception {
        startAndSettle();
        whileLoopIsBlocked(() -> {
            cgroups.create("x");
            cgroups.create("x/y");
            cgroups.create("x/y/z");
        });
        awaitCreated(cgroups.path("x/y/z"));
        cgroups.remove("x/y/z");
        cgroups.remove("x/y");
        cgroups.remove("x");
        awaitRemoved(cgroups.path("x"));
        assertThat(of(CgroupCreated.class).map(CgroupCreated::path))
                .containsExactly(cgroups.path("x"), cgroups.path("x/y"), cgroups.path("x/y/z"));
        assertThat(of(CgroupRemoved.class).map(CgroupRemoved::path))
                .containsExactly(cgroups.path("x/y/z"), cgroups.path("x/y"), cgroups.path("x"));
    }

    @Test
    void anyNameTheKernelAllowsIsTold() {
        startAndSettle();
        // The name of a kernel file is free only where its controller is not enabled.
        String fileName = Files.exists(cgroups.file("memory.max")) ? "memory.max.d" : "memory.max";
        for (String name :
                List.of("n".repeat(255), "\\xff\\xfe bad", fileName, "back\\\\slash", "ümläut", " ", "a,b")) {
            CgroupPath path = cgroups.create(name);
            assertThat(awaitCreated(path).id()).isEqualTo(cgroups.id(name));
            cgroups.remove(name);
            awaitRemoved(path);
        }
    }

    @Test
    void pathsLongerThanPathMaxAreWatched() {
        startAndSettle();
        String deep = "d".repeat(250);
        CgroupPath path = null;
        // Made piece by piece, as no single path reaches it.
        StringBuilder below = new StringBuilder();
        List<Fd> opened = new ArrayList<>();
        try {
            Fd at = known(syscalls.openAt(
                    cgroups.root(),
                    CgroupPath.unescape(cgroups.base().id()),
                    OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY,
                    "base"));
            opened.add(at);
            for (int i = 0; i < 20; i++) {
                syscalls.makeDirectoryAt(at, CgroupPath.unescape(deep));
                at = known(syscalls.openAt(
                        at, CgroupPath.unescape(deep), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, "deep"));
                opened.add(at);
                below.append(i == 0 ? "" : "/").append(deep);
            }
            path = cgroups.path(below.toString());
            assertThat(awaitCreated(path).id()).isEqualTo(new CgroupId(syscalls.inode(at)));
        } finally {
            opened.forEach(Fd::close);
        }
    }

    private static <T> T known(Reading<T> reading) {
        return ((Reading.Known<T>) reading).value();
    }

    @Test
    void watchesAndDescriptorsAreBackAfterAThousandShortGroups() {
        startAndSettle();
        cgroups.create("warm");
        awaitCreated(cgroups.path("warm"));
        cgroups.remove("warm");
        awaitRemoved(cgroups.path("warm"));
        long watchesBefore = inotifyLines();
        long descriptorsBefore = openDescriptors();
        for (int i = 0; i < 1000; i++) {
            cgroups.create("g" + i % 7);
            cgroups.remove("g" + i % 7);
        }
        await().atMost(Patience.of(30)).until(() -> of(CgroupRemoved.class).count() == 1001);
        assertThat(of(CgroupCreated.class)).hasSize(1001);
        assertThat(loop.call(watcher::count)).isZero();
        assertThat(inotifyLines()).isEqualTo(watchesBefore);
        await().atMost(Patience.of(10)).until(() -> openDescriptors() <= descriptorsBefore);
    }

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
            Files.writeString(file, text, java.nio.file.StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void whileLoopIsBlocked(Runnable work) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Boolean> blocked = new CompletableFuture<>();
        loop.loop().execute(() -> {
            begun.complete(null);
            try {
                blocked.complete(go.await(Patience.seconds(60), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            LoopFixture.within(begun);
            work.run();
        } finally {
            go.countDown();
        }
        assertThat(LoopFixture.within(blocked)).isTrue();
    }

    @Test
    void aWriteOfAnotherProcessIsSeen() throws Exception {
        cgroups.create("drift");
        CgroupId id = cgroups.id("drift");
        startAndSettle();
        Process writer = new ProcessBuilder(
                        "sh", "-c", "echo 5 > \"$1\"", "sh", cgroups.file("drift/cgroup.max.descendants") + "")
                .start();
        assertThat(writer.waitFor(Patience.seconds(10), TimeUnit.SECONDS)).isTrue();
        CgroupFileChanged seen =
                awaitEvent(CgroupFileChanged.class, e -> e.file().equals("cgroup.max.descendants"));
        assertThat(seen.id()).isEqualTo(id);
    }

    @Test
    void onlyWhatMatchesIsTold() {
        cgroups.create("web");
        cgroups.create("web/one");
        cgroups.create("batch");
        cgroups.create("batch/one");
        loop.run(() -> watcher.observe(new Observed(List.of(cgroups.base() + "/*/one"))));
        startAndSettle();
        assertThat(of(CgroupCreated.class).map(CgroupCreated::path))
                .containsExactlyInAnyOrder(cgroups.path("web/one"), cgroups.path("batch/one"));
        cgroups.create("late");
        CgroupPath lateOne = cgroups.create("late/one");
        cgroups.create("late/two");
        awaitCreated(lateOne);
        loop.run(() -> watcher.observe(new Observed(List.of(cgroups.base() + "/late/*"))));
        awaitCreated(cgroups.path("late/two"));
        awaitRemoved(cgroups.path("web/one"));
        awaitRemoved(cgroups.path("batch/one"));
        assertThat(loop.call(watcher::count)).isEqualTo(2);
    }

    @Test
    void anExtraDirectorySpeaksInTermsOfV2(@TempDir Path v1) throws IOException {
        cgroups.create("hybrid");
        CgroupId id = cgroups.id("hybrid");
        startAndSettle();
        Path file = Files.writeString(v1.resolve("memory.limit_in_bytes"), "1");
        Fd directory = known(syscalls.open(
                v1.toString().getBytes(StandardCharsets.UTF_8), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY));
        long before = inotifyLines();
        loop.run(() -> assertThat(watcher.watchExtra(id, directory, Map.of("memory.limit_in_bytes", "memory.max")))
                .isInstanceOf(Reading.Known.class));
        directory.close();
        assertThat(inotifyLines()).isEqualTo(before + 1);
        Files.writeString(file, "2");
        assertThat(awaitEvent(CgroupFileChanged.class, e -> e.file().equals("memory.max"))
                        .id())
                .isEqualTo(id);
        cgroups.remove("hybrid");
        awaitRemoved(cgroups.path("hybrid"));
        assertThat(inotifyLines()).isLessThan(before);
        loop.run(() ->
                assertThat(watcher.watchExtra(id, cgroups.root(), Map.of())).isInstanceOf(Reading.Gone.class));
    }

    @Test
    void twoThousandGroupsAreListedWithoutHoldingDescriptors() {
        IntStream.range(0, 2000).forEach(i -> cgroups.create("g" + i));
        long descriptorsBefore = openDescriptors();
        startAndSettle();
        assertThat(of(CgroupCreated.class)).hasSize(2000);
        assertThat(openDescriptors()).isLessThan(descriptorsBefore + 20);
        assertThat(watcher.support()).isInstanceOf(Support.Available.class);
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
        CompletableFuture<Void> settled = new CompletableFuture<>();
        Inotify own = loop.call(() -> new Inotify(loop.loop(), limited));
        CgroupWatcher few = loop.call(() -> {
            Observed observed = new Observed(List.of(cgroups.base() + "/**"));
            CgroupWatcher made = new CgroupWatcher(loop.loop(), limited, own, cgroups.root(), observed, events::add);
            made.start(() -> settled.complete(null));
            return made;
        });
        try {
            LoopFixture.within(settled);
            assertThat(of(CgroupCreated.class)).hasSize(50);
            assertThat(few.support())
                    .isInstanceOfSatisfying(
                            Support.Degraded.class,
                            degraded -> assertThat(degraded.remedy()).contains("max_user_watches"));
            left.set(Integer.MAX_VALUE);
            await().atMost(Patience.of(20))
                    .untilAsserted(() -> assertThat(few.support()).isInstanceOf(Support.Available.class));
            assertThat(of(KernelEvent.EventsLost.class)).hasSize(1);
            cgroups.remove("g3");
            awaitEvent(CgroupRemoved.class, e -> e.path().name().equals("g3"));
        } finally {
            loop.run(() -> {
                few.close();
                own.close();
            });
        }
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
        CompletableFuture<Void> settled = new CompletableFuture<>();
        CgroupWatcher few = loop.call(() -> {
            Observed observed = new Observed(List.of(cgroups.base() + "/**"));
            CgroupWatcher made =
                    new CgroupWatcher(loop.loop(), limited, inotify, cgroups.root(), observed, events::add);
            made.start(() -> settled.complete(null));
            return made;
        });
        cleanUps.add(() -> loop.run(few::close));
        LoopFixture.within(settled);
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
