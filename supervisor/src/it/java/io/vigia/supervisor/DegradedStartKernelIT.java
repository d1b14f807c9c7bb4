package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HostCgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.sys.JnaSyscalls;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts that lack something, made in private namespaces, or kernels that do (a guest started with {@code psi=0}, or with v1 alone): vigia stays up,
 * and log, readiness and doctor say the same of it.
 */
class DegradedStartKernelIT {
    private static final Path V2 = Path.of("/sys/fs/cgroup/unified");
    private static final Path PRESSURE = Path.of("/proc/pressure");

    /** Nobody in particular, who can read every file, as the class path may lie in root's home, and write none. */
    private static final List<String> NOBODY = List.of(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search");

    @TempDir
    Path directory;

    private final String parent = "/vigia-it-" + ProcessHandle.current().pid() + "-degraded";
    private @Nullable VigiaProcess vigia;

    @BeforeEach
    void requireNamespaces() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "namespaces of its own need root");
        Process probe = new ProcessBuilder("unshare", "-m", "true").start();
        assumeTrue(probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0, "unshare(1) cannot be used here");
    }

    @AfterEach
    void stop() throws Exception {
        if (vigia != null) {
            vigia.close();
        }
        try (Cgroups cgroups = HostCgroups.open(new JnaSyscalls()).orNull()) {
            if (cgroups != null) {
                cgroups.remove(new CgroupPath(parent));
            }
        }
    }

    /** Words that run a command with mounts of its own, prepared by a shell line. */
    private static List<String> inMounts(String prepare) {
        return List.of("unshare", "-m", "--propagation", "private", "sh", "-ec", prepare + "; exec \"$@\"", "sh");
    }

    private static boolean hasV2() {
        return Files.isDirectory(V2) || Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    }

    private static void requireV2() {
        assumeTrue(hasV2(), "this kernel has no v2 tree, which is tried here by a test of its own");
    }

    private static void requirePressure() {
        assumeTrue(
                Files.isDirectory(PRESSURE),
                "this kernel has no pressure accounting, which is tried here by a test of its own");
    }

    private VigiaProcess serve(List<String> around, String... flags) throws IOException {
        VigiaProcess started = VigiaProcess.serve(directory, around, flags);
        vigia = started;
        return started.awaitReady();
    }

    /** The doctor's finding, as {@code status detail; remedy}, in the same surroundings. */
    private String doctor(List<String> around, String name) throws Exception {
        String said = VigiaProcess.run(directory, around, "doctor", "-o", "json");
        JsonArray checks = new JsonObject(said.substring(said.indexOf('{'))).getJsonArray("checks");
        for (int i = 0; i < checks.size(); i++) {
            JsonObject check = checks.getJsonObject(i);
            if (check.getString("name").equals(name)) {
                return words(check);
            }
        }
        throw new AssertionError("doctor has no " + name + ": " + said);
    }

    private static String words(JsonObject check) {
        return check.getString("status") + " " + check.getString("detail") + "; " + check.getString("remedy");
    }

    private void assertSaid(VigiaProcess running, List<String> around, String name) throws Exception {
        JsonObject check = running.readiness(name);
        assertThat(check).as(running.get("/readyz").body()).isNotNull();
        assertThat(words(check)).isEqualTo(doctor(around, name));
        assertThat(running.output()).contains(name + ": " + check.getString("detail"));
    }

    @Test
    void staysUpWithV1Alone() throws Exception {
        assumeTrue(Files.isDirectory(V2) || !hasV2(), "no hybrid host: without the v2 tree nothing of v1 is left");
        List<String> around = hasV2() ? inMounts("umount " + V2) : List.of();
        VigiaProcess running = serve(around, "--parent", parent);
        assertThat(running.get("/readyz").status()).isEqualTo(503);
        assertThat(running.get("/livez").status()).isEqualTo(200);
        assertThat(running.get("/metrics").status()).isEqualTo(200);
        assertSaid(running, around, "hierarchy");
        assertSaid(running, around, "controller.memory");
        assertThat(running.get("/api/v1/groups").json().getJsonArray("items")).isEmpty();
        VigiaProcess.Answer refused = running.put("/api/v1/groups/g", group("g"));
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body()).contains("only v1 hierarchies are mounted");
    }

    @Test
    void staysUpWithoutPressureAccounting() throws Exception {
        requireV2();
        List<String> around = Files.isDirectory(PRESSURE) ? inMounts("mount -t tmpfs none " + PRESSURE) : List.of();
        VigiaProcess running = serve(around, "--parent", parent);
        assertThat(running.get("/readyz").status()).isEqualTo(503);
        assertSaid(running, around, "psi");
        assertThat(running.get("/api/v1/groups").json().getJsonArray("items")).isNotEmpty();
    }

    @Test
    void staysUpWithoutControllers() throws Exception {
        assumeTrue(Files.isDirectory(V2), "no hybrid host: the v2 tree has the controllers");
        List<String> around = inMounts("mount -t cgroup2 none /sys/fs/cgroup");
        VigiaProcess running = serve(around, "--parent", parent);
        assertThat(running.get("/readyz").status()).isEqualTo(503);
        assertSaid(running, around, "controller.memory");
        assertThat(running.readiness("hierarchy")).isNull();
        assertThat(running.event("supervisor.started", data -> true)
                        .getJsonObject("data")
                        .getString("hierarchy"))
                .isEqualTo("unified");
    }

    @Test
    void watchesAReadOnlyTree() throws Exception {
        requireV2();
        requirePressure();
        String mount = Files.isDirectory(V2) ? V2.toString() : "/sys/fs/cgroup";
        List<String> around = inMounts("mount -o remount,bind,ro " + mount);
        VigiaProcess running = serve(around);
        assertThat(running.get("/readyz").status()).isEqualTo(200);
        assertSaid(running, around, "hierarchy");
        assertThat(running.get("/api/v1/groups").json().getJsonArray("items")).isNotEmpty();
        VigiaProcess.Answer refused = running.put("/api/v1/groups/g", group("g"));
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body()).contains("EROFS");
    }

    /**
     * Of what container a forks, the pidfd of its root says nothing, and the kernel only who is there now: whose child an orphan was is known
     * from the looks into /proc alone.
     */
    @Test
    void findsProcessesWithoutTheConnector() throws Exception {
        requireV2();
        requirePressure();
        Path fifo = directory.resolve("go");
        List<String> around = List.of(
                "env",
                "VIGIA_PROCESSES_EVENTS=managed",
                "unshare",
                "-p",
                "-m",
                "--fork",
                "--mount-proc",
                "--kill-child");
        VigiaProcess running = serve(around, "--parent", parent);
        assertThat(running.get("/readyz").status()).isEqualTo(200);
        assertSaid(running, around, "connector");
        String script = "mkfifo " + fifo + "; sh -c 'sleep 601 & read go <" + fifo + "' & wait; exec sleep 600";
        assertThat(running.put("/api/v1/groups/g", group("g", "[sh, -c, \"" + script + "\"]"))
                        .status())
                .isEqualTo(201);
        int root = running.event(
                        "container.started", d -> d.getString("container").equals("a"))
                .getJsonObject("data")
                .getInteger("pid");
        int middle = forkedBy(running, root, "sh");
        int leaf = forkedBy(running, middle, "sleep");
        JsonObject tree = onlyTree(running);
        assertThat(tree.getInteger("pid")).isEqualTo(root);
        assertThat(onlyChild(tree).getInteger("pid")).isEqualTo(middle);
        assertThat(onlyChild(onlyChild(tree)).getInteger("pid")).isEqualTo(leaf);

        Files.writeString(fifo, "go\n");
        awaitExited(running, middle);
        JsonObject orphan = onlyChild(onlyTree(running));
        assertThat(orphan.getInteger("pid")).isEqualTo(leaf);
        assertThat(orphan.getInteger("ppid")).as("the init of its namespace").isEqualTo(1);

        assertThat(running.send(
                                "POST",
                                "/api/v1/groups/g/kill",
                                "{\"signal\":\"KILL\",\"scope\":\"process\",\"pid\":" + leaf + "}",
                                "Content-Type: application/json")
                        .status())
                .isBetween(200, 204);
        awaitExited(running, leaf);
        assertThat(onlyTree(running).getJsonArray("children")).isEmpty();
        assertThat(running.send("DELETE", "/api/v1/groups/g?grace=1s", "").status())
                .isEqualTo(202);
        running.event("group.removed", data -> true);
    }

    /** Processes come and go between two looks, so some that are told may be gone: the one that stays is meant. */
    private static int forkedBy(VigiaProcess running, int parent, String comm) {
        return running.event(
                        "process.forked",
                        d -> d.getInteger("ppid") == parent && found(processes(running), d.getInteger("pid"), comm))
                .getJsonObject("data")
                .getInteger("pid");
    }

    private static void awaitExited(VigiaProcess running, int pid) {
        JsonObject end =
                running.event("process.exited", d -> d.getInteger("pid") == pid).getJsonObject("data");
        assertThat(end.containsKey("exitCode")).as(end.encode()).isFalse();
    }

    private static JsonArray processes(VigiaProcess running) {
        return running.get("/api/v1/groups/g/processes").json().getJsonArray("items");
    }

    private static boolean found(JsonArray trees, int pid, String comm) {
        return trees.stream()
                .map(JsonObject.class::cast)
                .anyMatch(one ->
                        (one.getInteger("pid") == pid && one.getString("comm").equals(comm))
                                || found(one.getJsonArray("children"), pid, comm));
    }

    private static JsonObject onlyTree(VigiaProcess running) {
        JsonArray trees = processes(running);
        assertThat(trees).as(trees.encode()).hasSize(1);
        return trees.getJsonObject(0);
    }

    private static JsonObject onlyChild(JsonObject process) {
        assertThat(process.getJsonArray("children")).as(process.encode()).hasSize(1);
        return process.getJsonArray("children").getJsonObject(0);
    }

    /** A cgroup's name is bytes, also where the JVM takes every name for ASCII. */
    @Test
    void namesAreBytesInAnyLocale() throws Exception {
        requireV2();
        List<String> around =
                List.of("env", "-u", "LANG", "-u", "LC_CTYPE", "LC_ALL=C", "VIGIA_ENFORCE=managed," + parent + "/**");
        VigiaProcess running = serve(around, "--parent", parent);
        CgroupPath path = new CgroupPath(parent).child(new byte[] {'b', (byte) 0xff, ' ', (byte) 0xc3, (byte) 0xa9});
        assertThat(path.text()).isEqualTo(parent + "/b\\xff \u00e9");
        try (Cgroups cgroups = RealCgroups.open()) {
            Cgroup cgroup = cgroups.create(path);
            running.event("group.created", d -> true);
            await().atMost(VigiaProcess.BOUND)
                    .until(() ->
                            running
                                    .get("/api/v1/groups?path=" + encoded(parent + "/*"))
                                    .json()
                                    .getJsonArray("items")
                                    .stream()
                                    .map(JsonObject.class::cast)
                                    .anyMatch(group -> group.getString("id").equals(path.id())));
            String target = "/api/v1/groups/" + encoded(path.id());
            JsonObject group = running.get(target).json();
            assertThat(group.getString("path")).isEqualTo(path.text());
            assertThat(group.getLong("cgroupId")).isEqualTo(cgroup.id().inode());

            VigiaProcess.Answer changed = running.send(
                    "PATCH", target + "/limits", "{\"pids.max\":50}", "Content-Type: application/merge-patch+json");
            assertThat(changed.status()).as(changed.body()).isEqualTo(200);
            assertThat(cgroup.readLimit(LimitFile.PIDS_MAX).orNull()).isEqualTo(new LimitValue.Amount(50));
            JsonObject event =
                    running.event("limits.changed", d -> d.getString("file").equals("pids.max"));
            assertThat(event.getString("subject")).isEqualTo(path.id());

            String label = "id=\"" + path.text().replace("\\", "\\\\") + "\"";
            assertThat(running.get("/metrics").body().lines())
                    .anyMatch(line -> line.startsWith("container_processes{") && line.contains(label));
        }
    }

    /** As one segment of a target. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Test
    void namesBothWaysOutWithoutRoot() throws Exception {
        requireV2();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        String said = VigiaProcess.run(
                directory,
                NOBODY,
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--socket",
                directory.resolve("n.sock").toString(),
                "--state-dir",
                directory.resolve("state").toString());
        assertThat(said)
                .startsWith("5\n")
                .contains("systemd-run --user --scope -p Delegate=yes")
                .contains("--parent CGROUP");
    }

    @Test
    void servesWithoutRootBelowACgroupOfItsOwn() throws Exception {
        requirePressure();
        assumeTrue(Files.isDirectory(V2), "only tried where nobody else's processes must be moved");
        Path own = Files.createDirectory(V2.resolve(parent.substring(1)));
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            VigiaProcess running = serve(NOBODY, "--parent", parent);
            assertThat(running.get("/readyz").status()).isEqualTo(200);
            await().until(() -> running.get("/api/v1/groups?path=" + parent)
                            .json()
                            .getJsonArray("items")
                            .size()
                    == 1);
        } finally {
            Files.delete(own);
        }
    }

    private static String group(String name) {
        return group(name, "[sleep, '600']");
    }

    private static String group(String name, String command) {
        return "{apiVersion: vigia.io/v1, kind: Group, metadata: {name: " + name
                + "}, spec: {containers: [{name: a, namespaces: [], command: " + command + "}]}}";
    }
}
