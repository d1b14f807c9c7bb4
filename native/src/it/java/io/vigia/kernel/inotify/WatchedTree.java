package io.vigia.kernel.inotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.CgroupCreated;
import io.vigia.kernel.event.KernelEvent.CgroupRemoved;
import io.vigia.kernel.event.KernelEvent.EventsLost;
import io.vigia.kernel.fixture.CgroupFixture;
import io.vigia.kernel.fixture.LoopFixture;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.kernel.sys.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A tree of cgroups of the test's own, and a watcher that tells what happens in it. */
abstract class WatchedTree {
    final JnaSyscalls syscalls = new JnaSyscalls();
    final ConcurrentLinkedQueue<KernelEvent> events = new ConcurrentLinkedQueue<>();
    final List<Runnable> cleanUps = new ArrayList<>();
    volatile Runnable whenLost = () -> {};

    CgroupFixture cgroups;
    LoopFixture loop;
    Inotify inotify;
    CgroupWatcher watcher;

    @BeforeEach
    void setUp() {
        cgroups = CgroupFixture.make();
        cleanUps.add(cgroups::close);
        loop = new LoopFixture();
        cleanUps.add(loop::close);
        inotify = inotify(syscalls);
        watcher = watcher(syscalls, inotify);
    }

    Inotify inotify(Syscalls syscalls) {
        Inotify made = loop.call(() -> new Inotify(loop.loop(), syscalls));
        cleanUps.add(() -> loop.run(made::close));
        return made;
    }

    CgroupWatcher watcher(Syscalls syscalls, Inotify inotify) {
        Observed observed = new Observed(List.of(cgroups.base() + "/**"));
        CgroupWatcher made = loop.call(
                () -> new CgroupWatcher(loop.loop(), syscalls, inotify, cgroups.root(), observed, this::told));
        cleanUps.add(() -> loop.run(made::close));
        return made;
    }

    private void told(KernelEvent event) {
        events.add(event);
        if (event instanceof EventsLost) {
            whenLost.run();
        }
    }

    @AfterEach
    void cleanUp() {
        for (int i = cleanUps.size() - 1; i >= 0; i--) {
            cleanUps.get(i).run();
        }
    }

    void startAndSettle() {
        startAndSettle(watcher);
    }

    void startAndSettle(CgroupWatcher watcher) {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        loop.run(() -> watcher.start(() -> settled.complete(null)));
        LoopFixture.within(settled);
    }

    <T extends KernelEvent> T awaitEvent(Class<T> type, Predicate<T> matching) {
        return await().atMost(Patience.of(20))
                .until(() -> of(type).filter(matching).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    <T extends KernelEvent> Stream<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast);
    }

    CgroupCreated awaitCreated(CgroupPath path) {
        return awaitEvent(CgroupCreated.class, e -> e.path().equals(path));
    }

    CgroupRemoved awaitRemoved(CgroupPath path) {
        return awaitEvent(CgroupRemoved.class, e -> e.path().equals(path));
    }

    /** Until this is done the watcher hears nothing. */
    void whileLoopIsBlocked(Runnable work) throws Exception {
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

    /** How many watches this process has. */
    static long inotifyLines() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
            return all.mapToLong(WatchedTree::inotifyLines).sum();
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

    static <T> T known(Reading<T> reading) {
        return ((Reading.Known<T>) reading).value();
    }
}
