package io.vigia.supervisor.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.RealCgroups;
import io.vigia.supervisor.guest.Patience;
import io.vigia.supervisor.model.GroupState;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of managed groups on this kernel. */
class ContainersKernelIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration BOUND = Patience.of(40);

    @TempDir
    Path stateDir;

    private EngineHost host;
    private String parent;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups are not writable here: not root");
        parent = "vigia-it-" + ProcessHandle.current().pid() + "-e" + NUMBER.incrementAndGet();
        try (EngineCgroups places = new EngineCgroups()) {
            host = new EngineHost(stateDir, places.own().child(parent), spawner -> spawner);
        }
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        if (host == null) {
            return;
        }
        CgroupPath top = host.parent;
        host.close();
        assertFalse(Files.exists(Path.of("/sys/fs/cgroup", top.id())), top + " is left");
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies.toList()) {
                assertFalse(Files.exists(hierarchy.resolve(top.id())), hierarchy + " still has " + top);
            }
        }
        assertFalse(Files.exists(stateDir.resolve("logs/g")));
    }

    private static String one(String command, String more) {
        return EngineHost.manifest(
                "g", "{}", "[{name: a, namespaces: [], command: [sh, -c, " + quoted(command) + "]" + more + "}]");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private JsonObject exited(String container) {
        await().atMost(BOUND)
                .until(() -> !host.events("container.exited", container).isEmpty());
        return host.events("container.exited", container).getFirst();
    }

    private void awaitState(String state) {
        await().atMost(BOUND).until(() -> host.container("g", "a").state().equals(state));
    }

    @Test
    void startsInItsCgroupAndKeepsItsOutput() throws Exception {
        host.apply(one("echo hello; exec sleep 1000", ""));
        awaitState("running");
        int pid = host.container("g", "a").pid();
        assertTrue(Files.readString(Path.of("/proc/" + pid + "/cgroup")).contains(parent + "/g/a"));
        await().atMost(BOUND).until(() -> host.log("g", "a").equals("hello\n"));
        assertEquals(1, host.events("container.created", "a").size());
        await().atMost(BOUND).until(() -> host.events("container.started", "a").size() == 1);
        assertEquals(GroupState.RUNNING, host.run(() -> Future.succeededFuture(host.groups.state("g"))));
    }

    /** While nothing is written there is only a watch, which goes off once. */
    @Test
    void cutsTheOutputOfOneThatWasIdle() throws Exception {
        Path go = stateDir.resolve("go");
        String burst =
                "; until [ -e " + go + ".%d ]; do sleep 0.1; done; yes line | head -c " + ContainerLog.SEGMENT_BYTES;
        host.apply(one("echo begin" + String.format(Locale.ROOT, burst + burst, 1, 2) + "; exec sleep 1000", ""));
        for (int i = 1; i <= 2; i++) {
            int segments = i;
            await().atMost(BOUND).until(() -> watched(stateDir.resolve("logs/g/a/current")));
            Files.createFile(stateDir.resolve("go." + i));
            // A disk that is too slow for one look is asked again after half a minute.
            await().atMost(Patience.of(120)).until(() -> segments() == segments);
        }
        await().atMost(BOUND)
                .until(() -> Files.size(stateDir.resolve("logs/g/a/current")) == 6 + 2 * ContainerLog.SEGMENT_BYTES);
        assertTrue(host.log("g", "a").startsWith("begin\nline\nline\n"));
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.list(stateDir.resolve("logs/g/a"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("seg."))
                    .count();
        }
    }

    /** Whether an inotify watch of this process is on the file. Source: proc_pid_fdinfo(5). */
    private static boolean watched(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        String word = " ino:" + Long.toHexString(inode) + " ";
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
            return all.anyMatch(fdinfo -> watches(fdinfo, word));
        }
    }

    private static boolean watches(Path fdinfo, String word) {
        try {
            return Files.readAllLines(fdinfo, StandardCharsets.ISO_8859_1).stream()
                    .anyMatch(line -> line.startsWith("inotify ") && line.contains(word));
        } catch (IOException e) {
            // Closed since it was listed.
            return false;
        }
    }

    /** The file is opened by vigia, for a container that may be somebody else's. */
    @Test
    void writesNoOutputThroughALink() throws Exception {
        Path elsewhere = Files.writeString(stateDir.resolve("elsewhere"), "as it was");
        Files.createDirectories(stateDir.resolve("logs/g/a"));
        Files.createSymbolicLink(stateDir.resolve("logs/g/a/current"), elsewhere);
        host.apply(one("echo hello", ", restart: {policy: never}"));
        awaitState("failed");
        assertEquals(0, host.events("container.started", "a").size());
        assertEquals("as it was", Files.readString(elsewhere));
    }

    @Test
    void tellsTheExitCode() throws Exception {
        host.apply(one("exit 7", ", restart: {policy: never}"));
        JsonObject end = exited("a");
        assertEquals(7, end.getInteger("exitCode"));
        assertEquals("exited", end.getString("reason"));
        awaitState("failed");
    }

    @Test
    void completesWithCodeZero() throws Exception {
        host.apply(one("exit 0", ", restart: {policy: on-failure}"));
        assertEquals(0, exited("a").getInteger("exitCode"));
        awaitState("completed");
        assertTrue(host.run(() -> host.groups.log("g", "a", 0, 100)).ended());
    }

    @Test
    void tellsTheSignal() throws Exception {
        host.apply(one("kill -9 $$", ", restart: {policy: never}"));
        JsonObject end = exited("a");
        assertEquals(9, end.getInteger("signal"));
        assertEquals("signal", end.getString("reason"));
    }

    @Test
    void restartsWithBackoffUntilItGivesUp() throws Exception {
        host.apply(one("exit 1", ", restart: {policy: always, backoff: 10ms..40ms, give_up: 3 in 1m}"));
        awaitState("failed");
        await().atMost(BOUND).until(() -> host.events("container.failed", "a").size() == 1);
        assertEquals(4, host.events("container.exited", "a").size());
        assertEquals(3, host.events("container.restarting", "a").size());
    }

    @Test
    void endsADaemonThatForkedTwiceWithItsContainer() throws Exception {
        // The daemon's word that it is there and has forked again; without it, the code would be another one.
        host.apply(one(
                "(setsid sh -c 'sleep 4321 & echo forked; exec sleep 4322' &) | read forked && exit 3",
                ", restart: {policy: never}"));
        assertEquals(3, exited("a").getInteger("exitCode"));
        CgroupPath path = host.parent.child("g").child("a");
        assertEquals(
                new Reading.Known<>(List.of()),
                java.util.Objects.requireNonNull(host.cgroups.open(path).orNull())
                        .processes());
    }

    @Test
    void killsWhatIgnoresTheStopSignal() throws Exception {
        host.apply(one("trap '' TERM; echo up; while :; do sleep 1; done", ", stop: {signal: TERM, grace: 200ms}"));
        await().atMost(BOUND).until(() -> host.log("g", "a").equals("up\n"));
        host.run(() -> host.groups.stop("g"));
        assertEquals("stopped", host.container("g", "a").state());
        JsonObject end = exited("a");
        assertEquals("stopped", end.getString("reason"));
        assertEquals(9, end.getInteger("signal"));
        host.run(() -> host.groups.start("g"));
        awaitState("running");
    }

    @Test
    void finishesADeleteUnderWayBeforeItEnds() throws Exception {
        host.apply(one("trap 'sleep 1; exit 0' TERM; echo up; while :; do sleep 0.1; done", ""));
        await().atMost(BOUND).until(() -> host.log("g", "a").equals("up\n"));
        var deleted = new AtomicBoolean();
        host.run(() -> {
            host.groups.delete("g", null).onSuccess(done -> deleted.set(true));
            return host.groups.detach();
        });
        assertTrue(deleted.get());
        assertEquals(Reading.gone(), host.cgroups.open(host.parent));
        Future<Boolean> late = host.run(() ->
                Future.succeededFuture(host.groups.apply(EngineHost.spec(EngineHost.manifest("late", "{}", "[]")))));
        assertTrue(late.failed(), "a group was made by a vigia that ends");
    }

    @Test
    void canBeHastenedWhileAllIsDeleted() throws Exception {
        host.apply(one("trap '' TERM; echo up; while :; do sleep 0.1; done", ", stop: {grace: 600s}"));
        await().atMost(BOUND).until(() -> host.log("g", "a").equals("up\n"));
        host.run(() -> {
            Future<Void> all = host.groups.deleteAll();
            host.groups.killContainer("g", "a", 9, null);
            return all;
        });
        assertEquals(Reading.gone(), host.cgroups.open(host.parent));
    }

    @Test
    void namesTheOutOfMemoryKiller() throws Exception {
        host.apply(EngineHost.manifest(
                "g",
                "{}",
                "[{name: a, namespaces: [], command: [sh, -c, \"exec tail /dev/zero\"], limits: {"
                        + RealCgroups.littleMemory(host.cgroups) + "}, restart: {policy: never}}]"));
        assertEquals("oom", exited("a").getString("reason"));
    }

    @Test
    void reappliesOnlyWhatDiffers() throws Exception {
        String b = "{name: b, namespaces: [], command: [sleep, \"1000\"]}";
        String a = "{name: a, namespaces: [], command: [sleep, \"1000\"], limits: {pids.max: %d}}";
        host.apply(EngineHost.manifest("g", "{}", "[" + a.replace("%d", "10") + ", " + b + "]"));
        awaitState("running");
        await().atMost(BOUND).until(() -> host.container("g", "b").state().equals("running"));
        int pidA = host.container("g", "a").pid();
        int pidB = host.container("g", "b").pid();
        host.apply(EngineHost.manifest(
                "g",
                "{}",
                "[" + a.replace("%d", "20")
                        + ", {name: b, namespaces: [], command: [sleep, \"2000\"]}, {name: c, namespaces: [],"
                        + " command: [sleep, \"3000\"]}]"));
        assertEquals(pidA, host.container("g", "a").pid());
        await().atMost(BOUND)
                .until(() -> host.container("g", "b").state().equals("running")
                        && host.container("g", "b").pid() != pidB);
        await().atMost(BOUND).until(() -> host.container("g", "c").state().equals("running"));
        host.apply(EngineHost.manifest("g", "{}", "[" + a.replace("%d", "20") + "]"));
        assertEquals(pidA, host.container("g", "a").pid());
        assertInstanceOf(
                Reading.Gone.class, host.cgroups.open(host.parent.child("g").child("b")));
        assertNotEquals(0, pidA);
    }

    @Test
    void refusesALimitThatThisHierarchyCannotHave() {
        assumeTrue(host.cgroups.kind() == HierarchyKind.HYBRID, "only a hybrid host lacks memory.high");
        ExecutionException e = assertThrows(
                ExecutionException.class,
                () -> host.apply(EngineHost.manifest(
                        "g",
                        "{}",
                        "[{name: a, namespaces: [], command: [sleep, \"1\"], limits: {memory.high: 16Mi}}]")));
        assertEquals(
                Problem.Kind.UNSUPPORTED,
                assertInstanceOf(Problem.class, e.getCause()).kind());
        assertInstanceOf(Reading.Gone.class, host.cgroups.open(host.parent.child("g")));
    }

    @Test
    void startsAfterWhatItDependsOn() throws Exception {
        host.apply(EngineHost.manifest(
                "g",
                "{}",
                "[{name: a, namespaces: [], command: [sleep, \"1000\"], depends_on: [{container: b, condition:"
                        + " completed}]}, {name: b, namespaces: [], command: [sh, -c, \"exit 0\"], restart: {policy:"
                        + " never}}]"));
        awaitState("running");
        assertEquals("completed", host.container("g", "b").state());
    }
}
