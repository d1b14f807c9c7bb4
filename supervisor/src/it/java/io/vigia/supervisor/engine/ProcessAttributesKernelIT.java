package io.vigia.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.supervisor.guest.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifest says of a process, as the kernel sees it. */
class ProcessAttributesKernelIT {
    private static final Duration BOUND = Patience.of(40);

    @TempDir
    Path stateDir;

    private EngineHost host;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups are not writable here: not root");
        try (EngineCgroups places = new EngineCgroups()) {
            host = new EngineHost(
                    stateDir,
                    places.own().child("vigia-it-" + ProcessHandle.current().pid() + "-attributes"),
                    spawner -> spawner);
        }
    }

    @AfterEach
    void close() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void givesTheProcessWhatTheManifestSays() throws Exception {
        host.apply(EngineHost.manifest(
                "g",
                "{}",
                "[{name: a, command: [sh, -c, \"ionice 2>/dev/null; exec sleep 1000\"], env: {COLOUR: green},"
                        + " workdir: /usr, nice: 5, ionice: best-effort:6, user: {uid: 65534, gid: 65533},"
                        + " rlimits: {nofile: \"100:200\", core: 0, fsize: 64Mi}}]"));
        await().atMost(BOUND).until(() -> host.container("g", "a").state().equals("running"));
        Path proc = Path.of("/proc/" + host.container("g", "a").pid());
        await().atMost(BOUND).until(() -> Files.readString(proc.resolve("comm")).equals("sleep\n"));
        assertThat(Files.readString(proc.resolve("environ"))).contains("COLOUR=green\0");
        assertThat(Files.readSymbolicLink(proc.resolve("cwd"))).isEqualTo(Path.of("/usr"));
        assertThat(Files.readString(proc.resolve("status")))
                .containsPattern("Uid:\\s65534\\s65534\\s65534")
                .containsPattern("Gid:\\s65533\\s65533\\s65533")
                .containsPattern("Groups:\\s*\n");
        assertThat(Files.readString(proc.resolve("limits")))
                .containsPattern("Max open files\\s+100\\s+200")
                .containsPattern("Max core file size\\s+0\\s+0")
                .containsPattern("Max file size\\s+67108864\\s+67108864");
        String stat = Files.readString(proc.resolve("stat"));
        assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16])
                .as("nice")
                .isEqualTo("5");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ionice")), "no ionice here to tell the io priority");
        await().atMost(BOUND).until(() -> host.log("g", "a").equals("best-effort: prio 6\n"));
    }

    @Test
    void tellsWhichLimitTheKernelRefuses() throws Exception {
        assumeTrue(
                Long.parseLong(Files.readString(Path.of("/proc/sys/fs/nr_open")).strip()) < 1L << 40,
                "this kernel takes any number of files");
        host.apply(EngineHost.manifest(
                "g",
                "{}",
                "[{name: a, command: [sleep, \"1000\"], rlimits: {nofile: 9999999999999}, restart: {policy: never}}]"));
        await().atMost(BOUND).until(() -> host.container("g", "a").state().equals("failed"));
        await().atMost(BOUND).until(() -> !host.events("container.failed", "a").isEmpty());
        assertThat(host.events("container.failed", "a").getFirst().getString("detail"))
                .contains("rlimit", "NOFILE", "EPERM");
    }

    @Test
    void runsTwoHundredContainersAndLeavesNothing() throws Exception {
        StringBuilder all = new StringBuilder("[");
        for (int i = 0; i < 200; i++) {
            all.append(i == 0 ? "" : ", ").append("{name: c").append(i).append(", command: [sleep, \"1000\"]}");
        }
        host.apply(EngineHost.manifest("many", "{}", all.append("]").toString()));
        Duration bound = Patience.of(120);
        await().atMost(bound).until(() -> running("many") == 200);
        host.run(() -> host.groups.stop("many"));
        assertThat(running("many")).isZero();
        for (int i = 0; i < 200; i++) {
            assertThat(host.events("container.started", "c" + i)).hasSize(1);
        }
        await().atMost(bound)
                .until(() -> host.events.stream()
                                .filter(e -> e.getString("type").equals("io.vigia.container.exited"))
                                .count()
                        == 200);
        host.run(() -> host.groups.delete("many", null));
        assertThat(host.cgroups.open(host.parent.child("many")).orNull()).isNull();
        assertThat(stateDir.resolve("logs/many")).doesNotExist();
    }

    private long running(String group) throws Exception {
        return host.run(() -> io.vertx.core.Future.succeededFuture(host.groups.containers(group))).stream()
                .filter(c -> c.state().equals("running"))
                .count();
    }
}
