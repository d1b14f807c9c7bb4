package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.fixture.Patience;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.sys.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixSpawnerKernelIT {
    private static final ChildDefaults DEFAULTS = new ChildDefaults(512, 4096, 7);
    private static final Map<String, String> ENV = Map.of("PATH", "/usr/bin:/bin", "VIGIA_MARK", "a=b c");

    private final TestKernel kernel = new TestKernel();
    private final PosixSpawner spawner = kernel.spawner(DEFAULTS);

    @TempDir
    private Path folder;

    @AfterEach
    void closes() throws Exception {
        spawner.close();
        kernel.close();
    }

    @Test
    void inheritsNothingByAccident() throws Exception {
        var server = kernel.vertx
                .createHttpServer()
                .requestHandler(r -> r.response().end())
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(Patience.seconds(20), TimeUnit.SECONDS);
        try {
            Spawner.Spawned sleeper = spawner.spawn(request(List.of("sleep", "100")));
            CompletableFuture<ExitStatus> end = kernel.end(sleeper);
            try {
                // Its loader has a library open for a moment; what is inherited stays open.
                await().atMost(Patience.of(20))
                        .untilAsserted(() ->
                                assertThat(descriptors(sleeper.id().pid())).containsExactlyInAnyOrder("0", "1", "2"));
            } finally {
                assertThat(kernel.syscalls.pidfdSendSignal(sleeper.pidfd(), 9)).isTrue();
            }
            assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Signaled(9, false));
            String out =
                    run(shell("cat /proc/self/status /proc/self/limits /proc/self/oom_score_adj; umask; pwd; env"));
            assertThat(out)
                    .containsPattern("SigBlk:\\s0000000000000000\n")
                    .containsPattern("SigIgn:\\s0000000000000000\n")
                    .containsPattern("Max open files\\s+512\\s+4096")
                    .contains("\n7\n0022\n/\n", "VIGIA_MARK=a=b c\n");
        } finally {
            server.close().toCompletionStage().toCompletableFuture().get(Patience.seconds(20), TimeUnit.SECONDS);
        }
    }

    private static List<String> descriptors(int pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.map(p -> p.getFileName().toString()).toList();
        }
    }

    @Test
    void leadsASessionOfItsOwnAsOurChild() throws Exception {
        Spawner.Spawned child = spawner.spawn(shell("exec cat /proc/self/stat"));
        assertThat(kernel.await(child)).isEqualTo(new ExitStatus.Exited(0));
        String[] fields = log().split(" ");
        String pid = Integer.toString(child.id().pid());
        assertThat(fields[0]).isEqualTo(pid);
        assertThat(fields[3]).isEqualTo(Long.toString(ProcessHandle.current().pid()));
        assertThat(fields[4]).as("process group").isEqualTo(pid);
        assertThat(fields[5]).as("session").isEqualTo(pid);
        assertThat(fields[21]).isEqualTo(Long.toString(child.id().startTicks()));
    }

    @Test
    void isBornInItsCgroupInEveryHierarchy() throws Exception {
        try (TestCgroup cgroup = TestCgroup.create()) {
            String out = run(in(cgroup.entry(), "cat /proc/self/cgroup"));
            assertThat(out).contains("0::" + cgroup.path() + "\n");
            long entered = out.lines()
                    .filter(l -> l.endsWith("/" + cgroup.path().name()))
                    .count();
            assertThat(entered).isEqualTo(1 + cgroup.entry().v1TasksFiles().size());
        }
    }

    /** Linux kills what is put there by CLONE_INTO_CGROUP for as long as the cgroup lives: see {@link PosixSpawner#spawn}. */
    @Test
    void startsInACgroupThatWasKilled() throws Exception {
        try (TestCgroup cgroup = TestCgroup.create()) {
            assumeTrue(Files.exists(cgroup.directory().resolve("cgroup.kill")), "cgroup.kill came with Linux 5.14");
            for (int kills = 1; kills <= 3; kills++) {
                cgroup.write("cgroup.kill", "1");
                Spawner.Spawned child = spawner.spawn(in(cgroup.entry(), "cat /proc/self/cgroup; exit 4"));
                assertThat(kernel.await(child)).isEqualTo(new ExitStatus.Exited(4));
                String out = log();
                assertThat(out.lines()
                                .filter(l -> l.endsWith("/" + cgroup.path().name()))
                                .count())
                        .isEqualTo(kills * (1L + cgroup.entry().v1TasksFiles().size()));
            }
            assertThat(kernel.children.count())
                    .as("nobody is left to be waited for")
                    .isZero();
        }
    }

    @Test
    void tellsExitCodesAndSignals() throws Exception {
        assertThat(kernel.await(spawner.spawn(shell("exit 42")))).isEqualTo(new ExitStatus.Exited(42));
        assertThat(kernel.await(spawner.spawn(shell("kill -TERM $$")))).isEqualTo(new ExitStatus.Signaled(15, false));
        Spawner.Spawned sleeper = spawner.spawn(shell("exec sleep 100"));
        CompletableFuture<ExitStatus> end = kernel.end(sleeper);
        assertThat(kernel.syscalls.pidfdSendSignal(sleeper.pidfd(), 9)).isTrue();
        assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Signaled(9, false));
    }

    @Test
    void appendsToTheLogOfItsPredecessor() throws Exception {
        Files.writeString(folder.resolve("log"), "before\n");
        assertThat(run(shell("echo out; echo err >&2"))).isEqualTo("before\nout\nerr\n");
    }

    @Test
    void keepsItsArgumentsWhateverTheyHold() throws Exception {
        SpawnRequest request = new SpawnRequest(
                List.of("printf", "%s|", "", "-", "ü \n\"'", "$x"),
                ENV,
                "/",
                folder.resolve("log").toString(),
                null,
                5);
        assertThat(run(request)).isEqualTo("|-|ü \n\"'|$x|");
    }

    @Test
    void leavesNoZombieAndNoDescriptorAfterAThousandSpawns() throws Exception {
        try (TestCgroup cgroup = TestCgroup.create()) {
            run(in(cgroup.entry(), "true"));
            // Where there is a program that need not be linked first, that takes half as long.
            List<String> command =
                    Files.isExecutable(Path.of("/bin/busybox")) ? List.of("/bin/busybox", "true") : List.of("true");
            Set<String> before = descriptors();
            List<CompletableFuture<ExitStatus>> ends = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                ends.add(kernel.end(spawner.spawn(
                        new SpawnRequest(command, ENV, null, null, i % 2 == 0 ? cgroup.entry() : null, null))));
            }
            for (CompletableFuture<ExitStatus> end : ends) {
                assertThat(end.get(Patience.seconds(60), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Exited(0));
            }
            assertThat(descriptors()).hasSameSizeAs(before);
            assertThat(kernel.children.count()).isZero();
            assertThat(childrenOfThisProcess()).isEmpty();
            assertThat(cgroup.lines("cgroup.procs")).isEmpty();
        }
    }

    @Test
    void takesNoThreadForAChild() throws Exception {
        run(shell("true"));
        int before = threads();
        List<Spawner.Spawned> living = new ArrayList<>();
        List<CompletableFuture<ExitStatus>> ends = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Spawner.Spawned child = spawner.spawn(shell("exec sleep 100"));
            living.add(child);
            ends.add(kernel.end(child));
        }
        // The VM starts and ends a few of its own.
        assertThat(threads()).isLessThan(before + living.size() / 2);
        for (Spawner.Spawned child : living) {
            assertThat(kernel.syscalls.pidfdSendSignal(child.pidfd(), 9)).isTrue();
        }
        for (CompletableFuture<ExitStatus> end : ends) {
            assertThat(end.get(Patience.seconds(20), TimeUnit.SECONDS)).isEqualTo(new ExitStatus.Signaled(9, false));
        }
    }

    private static int threads() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
            return (int) all.count();
        }
    }

    @Test
    void namesTheProgramThatIsNotThere() throws Exception {
        assertFails(request(List.of("/no/such/program")), "exec", "/no/such/program", Errno.ENOENT);
        assertFails(request(List.of("vigia-no-such-program")), "exec", "vigia-no-such-program", Errno.ENOENT);
        assertFails(request(List.of("/etc/passwd")), "exec", "/etc/passwd", Errno.EACCES);
        assertFails(request(List.of("x", "y".repeat(200_000))), "exec", "x", Errno.E2BIG);
    }

    @Test
    void refusesToTakeTextForAShellScript() throws Exception {
        Path file = folder.resolve("text");
        Files.writeString(file, "echo hello\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        assertFails(request(List.of(file.toString())), "exec", file.toString(), 8);
    }

    @Test
    void namesEachStepThatFails() throws Exception {
        assertFails(
                new SpawnRequest(List.of("true"), ENV, "/no/such/dir", null, null, null),
                "workdir",
                "/no/such/dir",
                Errno.ENOENT);
        assertFails(
                new SpawnRequest(List.of("true"), ENV, null, "/no/such/log", null, null),
                "stdout",
                "/no/such/log",
                Errno.ENOENT);
        assertFails(
                inCgroup(new Cgroup.Entry(CgroupPath.ROOT, "/no/such/cgroup", List.of())),
                "cgroup",
                "/no/such/cgroup",
                Errno.ENOENT);
        try (TestCgroup cgroup = TestCgroup.create()) {
            String v2 = cgroup.directory().toString();
            assertFails(
                    inCgroup(new Cgroup.Entry(CgroupPath.ROOT, v2, List.of("/dev/null", "/no/such/tasks"))),
                    "cgroup",
                    "/no/such/tasks",
                    Errno.ENOENT);
            assertThat(cgroup.lines("cgroup.procs")).isEmpty();
        }
        try (PosixSpawner greedy = kernel.spawner(new ChildDefaults(1L << 40, 1L << 40, null))) {
            assertThatThrownBy(() -> greedy.spawn(request(List.of("true"))))
                    .isInstanceOf(SpawnException.class)
                    .hasMessageContaining("nofile");
        }
        try (PosixSpawner wrong = kernel.spawner(new ChildDefaults(-1, -1, 5000))) {
            assertThatThrownBy(() -> wrong.spawn(request(List.of("true"))))
                    .isInstanceOf(SpawnException.class)
                    .hasMessageContaining("oom_score_adj");
        }
        assertThat(childrenOfThisProcess()).isEmpty();
        assertThat(kernel.children.count()).isZero();
    }

    @Test
    void givesUpOnACgroupThatIsFrozen() throws Exception {
        try (TestCgroup cgroup = TestCgroup.create();
                PosixSpawner impatient = new PosixSpawner(
                        kernel.syscalls, kernel.calls, kernel.children, DEFAULTS, SpawnHelper.image(), 300)) {
            cgroup.write("cgroup.freeze", "1");
            assertThatThrownBy(() -> impatient.spawn(inCgroup(cgroup.entry())))
                    .isInstanceOf(SpawnException.class)
                    .hasMessageContaining("frozen");
            cgroup.write("cgroup.freeze", "0");
            assertThat(childrenOfThisProcess()).isEmpty();
        }
    }

    @Test
    void aHelperBuiltHereBehavesTheSame() throws Exception {
        Spawner.Spawned child = spawnIn(build(Files.readString(Path.of("src/main/c/vigia-spawn.c"))));
        assertThat(child.id().pid()).isPositive();
    }

    @Test
    void entersItsCgroupByItselfWhereClone3IsMissing() throws Exception {
        String source = Files.readString(Path.of("src/main/c/vigia-spawn.c"));
        assertThat(source).contains("NR_clone3 435");
        Spawner.Spawned child = spawnIn(build(source.replace("NR_clone3 435", "NR_clone3 9999")));
        assertThat(child.id().pid()).isPositive();
    }

    private byte[] build(String source) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no gcc to build the helper with");
        Files.copy(Path.of("src/main/c/build.sh"), folder.resolve("build.sh"));
        Files.writeString(folder.resolve("vigia-spawn.c"), source);
        Path built = folder.resolve("built");
        Process build = new ProcessBuilder("sh", folder.resolve("build.sh").toString(), "here", "gcc", built.toString())
                .inheritIO()
                .start();
        assertThat(build.waitFor(Patience.seconds(60), TimeUnit.SECONDS)).isTrue();
        assertThat(build.exitValue()).isZero();
        return Files.readAllBytes(built);
    }

    private Spawner.Spawned spawnIn(byte[] helper) throws Exception {
        try (TestCgroup cgroup = TestCgroup.create();
                PosixSpawner own =
                        new PosixSpawner(kernel.syscalls, kernel.calls, kernel.children, DEFAULTS, helper, 30_000)) {
            Spawner.Spawned child =
                    own.spawn(in(cgroup.entry(), "cat /proc/self/cgroup; cut -d' ' -f4-6 /proc/$$/stat; exit 4"));
            assertThat(kernel.await(child)).isEqualTo(new ExitStatus.Exited(4));
            long entered = log().lines()
                    .filter(l -> l.endsWith("/" + cgroup.path().name()))
                    .count();
            assertThat(entered).isEqualTo(1 + cgroup.entry().v1TasksFiles().size());
            int pid = child.id().pid();
            assertThat(log()).endsWith(kernel.syscalls.pid() + " " + pid + " " + pid + "\n");
            return child;
        }
    }

    @Test
    void refusesWhatCannotBeAString() {
        assertThatThrownBy(() -> spawner.spawn(request(List.of("a\0b")))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        spawner.spawn(new SpawnRequest(List.of("true"), Map.of("a=b", "c"), null, null, null, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void assertFails(SpawnRequest request, String step, String target, int errno) throws IOException {
        SpawnException e = catchThrowableOfType(SpawnException.class, () -> spawner.spawn(request));
        assertThat(e).hasMessageContaining(step + " " + target + ": ");
        assertThat(e.step()).isEqualTo(step);
        assertThat(e.errno()).isEqualTo(errno);
        assertThat(childrenOfThisProcess())
                .as("a failed spawn leaves no zombie")
                .isEmpty();
    }

    private SpawnRequest shell(String script) {
        return in(null, script);
    }

    private SpawnRequest in(Cgroup.@Nullable Entry entry, String script) {
        Map<String, String> env = new HashMap<>(ENV);
        return new SpawnRequest(
                List.of("sh", "-c", script), env, null, folder.resolve("log").toString(), entry, null);
    }

    private static SpawnRequest inCgroup(Cgroup.Entry entry) {
        return new SpawnRequest(List.of("true"), ENV, null, null, entry, null);
    }

    private static SpawnRequest request(List<String> command) {
        return new SpawnRequest(command, ENV, null, null, null, null);
    }

    private String run(SpawnRequest request) throws Exception {
        assertThat(kernel.await(spawner.spawn(request))).isEqualTo(new ExitStatus.Exited(0));
        return log();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
    }

    private static Set<String> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return new TreeSet<>(all.map(p -> p.getFileName().toString()).toList());
        }
    }

    private static List<String> childrenOfThisProcess() throws IOException {
        List<String> children = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String line = Files.readString(task.resolve("children")).strip();
                    if (!line.isEmpty()) {
                        children.add(line);
                    }
                } catch (NoSuchFileException e) {
                    // The thread ended meanwhile; its children would be another thread's now.
                }
            }
        }
        return children;
    }
}
