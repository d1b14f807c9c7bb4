package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's queues overflow while vigia is stopped: what it tells of that is true by the time it tells it. */
final class OverflowKernelIT {
    /** Its buffer for the proc connector is then net.core.rmem_max and not 32 MiB, and filled in a moment. */
    private static final List<String> SMALL_BUFFER = List.of("setpriv", "--bounding-set=-net_admin");

    private static final LimitValue TENTH = new LimitValue.CpuQuota(10_000, 100_000);

    private static final int FORKS_AT_ONCE = 500;
    private static final int MOST_FORKS = 40_000;
    private static final int NETLINK_CONNECTOR = 11;

    @TempDir
    private Path stateDir;

    private final String name = "vigia-it-overflow-" + ProcessHandle.current().pid();
    private Cgroups cgroups;
    private Path base;
    private Cgroup limited;
    private @Nullable VigiaProcess vigia;
    private @Nullable Process shell;

    @BeforeEach
    void makeGroups() throws Exception {
        cgroups = RealCgroups.open();
        base = Path.of(
                Objects.requireNonNull(cgroups.open(cgroups.own()).orNull())
                        .entry()
                        .v2Directory(),
                name);
        for (String group : List.of("", "stays", "goes", "forks")) {
            Files.createDirectory(base.resolve(group));
        }
        limited = cgroups.create(cgroups.own().child(name).child("limited"));
    }

    @AfterEach
    void removeGroups() throws Exception {
        if (vigia != null) {
            vigia.signal("CONT");
            vigia.close();
        }
        Path forks = base.resolve("forks");
        Files.writeString(forks.resolve("cgroup.kill"), "1");
        if (shell != null) {
            assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        await().atMost(VigiaProcess.BOUND).until(() -> members().isEmpty());
        cgroups.remove(cgroups.own().child(name));
        cgroups.close();
    }

    @Test
    void whatIsKnownIsTheKernelsAgainWhenALossIsTold() throws Exception {
        VigiaProcess running = serve();
        assumeTrue(
                running.readiness("connector") == null,
                "before Linux 6.6 the proc connector wants CAP_NET_ADMIN, with which its buffer is too large to fill");
        Process forking = forking(running);
        running.forget();

        running.signal("STOP");
        await().atMost(VigiaProcess.BOUND).until(() -> isStopped(running.pid()));
        overflowConnector(running.pid());
        forking.getOutputStream().write('\n');
        forking.getOutputStream().flush();
        await().atMost(VigiaProcess.BOUND).until(() -> members().size() == 2);
        overflowInotify();
        limited.writeLimit(LimitFile.CPU_MAX, TENTH);
        Files.delete(base.resolve("goes"));
        Files.createDirectory(base.resolve("comes"));
        running.signal("CONT");
        // Only a later message of the same CPU shows how many are missing before it.
        fork(FORKS_AT_ONCE);

        JsonObject processes = overflow(running, "connector");
        assertThat(processes.getLong("lost")).isPositive();
        assertThat(processes.getBoolean("reconciled")).isTrue();
        assertThat(processesOf(running)).isEqualTo(members());

        // What was written while nothing could be told of it, and before it is said that all is known.
        JsonObject drift = running.event(
                        "limits.drifted", data -> data.getString("file").equals("cpu.max"))
                .getJsonObject("data");
        assertThat(drift.getString("after")).isEqualTo(TENTH.kernelText());
        JsonObject groups = overflow(running, "inotify");
        assertThat(groups.getBoolean("reconciled")).isTrue();
        assertThat(groupsOf(running)).isEqualTo(directories());

        // Nobody told of its fork: where it is, the comparison found out.
        long child = members().stream()
                .filter(pid -> pid != forking.pid())
                .findFirst()
                .orElseThrow();
        ProcessHandle.of(child).orElseThrow().destroyForcibly();
        running.event("process.exited", data -> data.getLong("pid") == child);
    }

    private VigiaProcess serve() throws IOException {
        Path config = stateDir.resolve("vigia.yaml");
        CgroupPath parent = cgroups.own().child(name);
        Files.writeString(
                config, "processes: {events: ['" + parent + "/forks']}\nenforce: ['" + parent + "/limited']\n");
        VigiaProcess started = VigiaProcess.serve(
                stateDir, SMALL_BUFFER, "--parent", "/" + name + "-own", "--config", config.toString());
        vigia = started;
        return started.awaitReady();
    }

    /** A shell in its group that forks for each line that it reads. */
    private Process forking(VigiaProcess running) throws IOException {
        Process started = new ProcessBuilder(
                        "sh",
                        "-ec",
                        "echo 0 >" + base + "/forks/cgroup.procs; exec sh -c 'while read line; do sleep 600 & done'")
                .start();
        shell = started;
        running.event("process.execed", data -> data.getLong("pid") == started.pid());
        return started;
    }

    private static boolean isStopped(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
    }

    private static void overflowConnector(long pid) throws Exception {
        int forks = 0;
        while (dropped(pid) == 0) {
            assertThat(forks).as("forks that fit into the buffer").isLessThan(MOST_FORKS);
            fork(FORKS_AT_ONCE);
            forks += FORKS_AT_ONCE;
        }
    }

    /** One after the other. */
    private static void fork(int count) throws Exception {
        Process forks =
                new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt " + count + " ]; do (:); i=$((i+1)); done").start();
        assertThat(forks.waitFor(VigiaProcess.BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    /** Messages that a process's connector socket had no room for; netlink numbers sockets by process. */
    private static long dropped(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/net/netlink")).stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> Integer.parseInt(words[1]) == NETLINK_CONNECTOR && Long.parseLong(words[2]) == pid)
                .mapToLong(words -> Long.parseLong(words[8]))
                .sum();
    }

    /** Alternating, because the kernel merges equal neighbours. */
    private void overflowInotify() throws IOException {
        int limit;
        // In one read: sysctl files answer only at offset 0.
        try (InputStream sysctl = Files.newInputStream(Path.of("/proc/sys/fs/inotify/max_queued_events"))) {
            limit = Integer.parseInt(new String(sysctl.readNBytes(64), StandardCharsets.US_ASCII).strip());
        }
        try (FileChannel one = depth("stays");
                FileChannel other = depth("goes")) {
            for (int i = 0; i <= limit / 2; i++) {
                for (FileChannel file : List.of(one, other)) {
                    int unused = file.write(ByteBuffer.wrap("max\n".getBytes(StandardCharsets.US_ASCII)), 0);
                }
            }
        }
    }

    private FileChannel depth(String group) throws IOException {
        return FileChannel.open(base.resolve(group).resolve("cgroup.max.depth"), StandardOpenOption.WRITE);
    }

    private static JsonObject overflow(VigiaProcess running, String source) {
        return running.event(
                        "supervisor.overflow", data -> data.getString("source").equals(source))
                .getJsonObject("data");
    }

    private Set<Long> members() throws IOException {
        return Files.readAllLines(base.resolve("forks/cgroup.procs")).stream()
                .map(Long::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<Long> processesOf(VigiaProcess running) {
        Set<Long> pids = new TreeSet<>();
        String id = (cgroups.own().child(name) + "/forks").substring(1).replace("/", "%2F");
        collect(running.get("/api/v1/groups/" + id + "/processes").json().getJsonArray("items"), pids);
        return pids;
    }

    private static void collect(JsonArray trees, Set<Long> pids) {
        for (Object one : trees) {
            JsonObject process = (JsonObject) one;
            pids.add(process.getLong("pid"));
            collect(process.getJsonArray("children"), pids);
        }
    }

    private Set<String> directories() throws IOException {
        try (Stream<Path> all = Files.list(base)) {
            return all.filter(Files::isDirectory)
                    .map(directory -> name + "/" + directory.getFileName())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Set<String> groupsOf(VigiaProcess running) {
        Set<String> found = new TreeSet<>();
        String prefix = cgroups.own().isRoot() ? "" : cgroups.own().id() + "/";
        running.get("/api/v1/groups?path=" + cgroups.own().child(name) + "/*")
                .json()
                .getJsonArray("items")
                .forEach(one -> found.add(((JsonObject) one).getString("id").substring(prefix.length())));
        return found;
    }
}
