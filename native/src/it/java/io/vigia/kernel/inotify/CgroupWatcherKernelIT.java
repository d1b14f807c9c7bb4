package io.vigia.kernel.inotify;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.event.KernelEvent;
import io.vigia.kernel.event.KernelEvent.CgroupCreated;
import io.vigia.kernel.event.KernelEvent.CgroupFileChanged;
import io.vigia.kernel.event.KernelEvent.CgroupRemoved;
import io.vigia.kernel.fixture.CgroupFixture;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.kernel.sys.Fd;
import io.vigia.kernel.sys.OpenFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which groups and which changes of theirs are told, and as what. */
class CgroupWatcherKernelIT extends WatchedTree {
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
}
