package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The real program with groups and policies below a parent of its own, and a look at the kernel beside it. */
final class PolicyHost implements AutoCloseable {
    private static final String PRESSED = "{pressure: {resource: cpu, kind: some, above: 10%, window: 2s}}";

    static final String IDLE = "[sleep, '600']";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final String parent = "vigia-it-" + ProcessHandle.current().pid() + "-p" + NUMBER.incrementAndGet();
    private final Path runDir;
    private final Path stateDir;
    private final List<String> around;
    private final Cgroups cgroups;
    private VigiaProcess vigia;
    private final Set<String> groups = new LinkedHashSet<>();
    private @Nullable Process load;

    PolicyHost(Path stateDir) throws IOException {
        this(stateDir, stateDir, List.of());
    }

    /** @param around a command that runs vigia elsewhere, such as {@code nsenter -t PID -m} */
    PolicyHost(Path runDir, Path stateDir, List<String> around) throws IOException {
        this.cgroups = RealCgroups.open();
        this.runDir = runDir;
        this.stateDir = stateDir;
        this.around = List.copyOf(around);
        Files.createDirectories(policies());
        Files.writeString(policies().resolveSibling("vigia.yaml"), "# nothing but defaults\n");
        this.vigia = start();
    }

    private Path policies() {
        return runDir.resolve("etc").resolve("policies.d");
    }

    private VigiaProcess start() throws IOException {
        return VigiaProcess.serve(
                        runDir,
                        stateDir,
                        around,
                        "",
                        List.of(
                                "--parent",
                                "/" + parent,
                                "--config",
                                runDir.resolve("etc/vigia.yaml").toString()))
                .awaitReady();
    }

    VigiaProcess vigia() {
        return vigia;
    }

    void kill() {
        vigia.kill();
    }

    void startAgain() throws IOException {
        vigia = start();
    }

    /** A managed group with one container, running. */
    void group(String name, String command, String limits) {
        group(name, command, limits, "");
    }

    /** The same, with limits of the container's own. */
    void group(String name, String command, String limits, String inside) {
        VigiaProcess.Answer answer = put(name, command, limits, inside);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        await().atMost(VigiaProcess.BOUND)
                .until(() -> vigia.events("container.started").stream()
                        .anyMatch(e -> e.getString("subject").equals(parent + "/" + name)));
    }

    /** It was made by other means than these; {@link #clear} ends it. */
    void made(String name) {
        groups.add(name);
    }

    /** Another manifest for it. */
    void change(String name, String command, String limits) {
        VigiaProcess.Answer answer = put(name, command, limits, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private VigiaProcess.Answer put(String name, String command, String limits, String inside) {
        groups.add(name);
        return vigia.put("/api/v1/groups/" + name, String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: %s}
            spec:
              limits: {%s}
              containers:
                - {name: main, namespaces: [], command: %s, limits: {%s}, restart: {policy: never}}
            """, name, limits, command, inside));
    }

    /** A policy named {@code p} on a group, that fires when CPU pressure is above a tenth of 2 s. */
    void policy(String target, String rung) {
        policy(target, PRESSED, rung);
    }

    /** The same with a condition of its own. */
    void policy(String target, String condition, String rung) {
        VigiaProcess.Answer answer = vigia.put("/api/v1/policies/p", text("p", target, condition, rung));
        assertThat(answer.status()).as(answer.body()).isIn(200, 201);
    }

    /** The same with these rungs, each with its {@code wait}. */
    void ladder(String target, String... rungs) {
        String one = text("p", target, PRESSED, "RUNG");
        VigiaProcess.Answer answer = vigia.put(
                "/api/v1/policies/p",
                one.replace("- {RUNG, wait: 60s}", "- {" + String.join("}\n    - {", rungs) + "}"));
        assertThat(answer.status()).as(answer.body()).isIn(200, 201);
    }

    /** The same, named {@code f}, as a file of the configuration. */
    void policyFile(String target, String rung) throws IOException {
        Files.writeString(policies().resolve("f.yaml"), text("f", target, PRESSED, rung));
    }

    /** Skips the test, with what is missing, where controllers are v1's. */
    void requireUnified(String missing) {
        assumeTrue(cgroups.kind() == HierarchyKind.UNIFIED, missing);
    }

    /** See {@link RealCgroups#littleMemory}. */
    String littleMemory() {
        return RealCgroups.littleMemory(cgroups);
    }

    private String text(String name, String target, String condition, String rung) {
        return String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Policy
            metadata: {name: %s}
            spec:
              target: {path: "/%s/%s"}
              when: %s
              ladder:
                - {%s, wait: 60s}
              relief: {below: 5%%, for: 2s}
            """, name, parent, target, condition, rung);
    }

    /** Of a group, in the v2 tree. */
    Path directory(String name) {
        return Path.of(new String(CgroupPath.unescape(cgroup(name).entry().v2Directory()), StandardCharsets.UTF_8));
    }

    /** The directories above one, the tree's root first. */
    List<Path> above(Path directory) throws IOException {
        ArrayDeque<Path> all = new ArrayDeque<>();
        for (Path one = directory.getParent();
                one != null && Files.exists(one.resolve("cgroup.controllers"));
                one = one.getParent()) {
            all.addFirst(one);
        }
        return List.copyOf(all);
    }

    /** Moves endless loops into its container, which vigia did not start. */
    void press(String name) throws IOException {
        Process loops = new ProcessBuilder("sh", "-c", "read go; " + BusyLoops.SCRIPT).start();
        load = loops;
        Files.writeString(directory(name).resolve("main/cgroup.procs"), Long.toString(loops.pid()));
        loops.outputWriter().append("go\n").close();
    }

    /** Ends all of its processes, which are not started again. */
    void end(String name) {
        Cgroup cgroup = cgroup(name);
        var unused = cgroup.killAll();
        await().atMost(VigiaProcess.BOUND)
                .until(() -> !Objects.requireNonNull(cgroup.state().orNull()).populated());
    }

    String victims(String glob) {
        return "victims: {path: \"/" + parent + "/" + glob + "\"}";
    }

    /** The outcome of the policy's action. */
    JsonObject acted() {
        JsonObject data = vigia.event(
                        "policy.acted", d -> d.getString("outcome").equals("done"))
                .getJsonObject("data");
        return vigia.get("/api/v1/decisions/" + data.getString("decision")).json();
    }

    void deletePolicy() {
        assertThat(vigia.send("DELETE", "/api/v1/policies/p", "").status()).isBetween(200, 204);
    }

    /** Ends the policy and all groups of a test; the next one is told nothing of them. */
    void clear() {
        assertThat(vigia.send("DELETE", "/api/v1/policies/p", "").status()).isIn(200, 202, 204, 404);
        awaitLeases(0);
        for (String name : groups) {
            var unused = cgroup(name).killAll();
            assertThat(vigia.send("DELETE", "/api/v1/groups/" + name + "?grace=0s", "")
                            .status())
                    .isEqualTo(202);
        }
        await().atMost(VigiaProcess.BOUND)
                .until(() -> groups.stream()
                        .allMatch(name -> vigia.get("/api/v1/groups/" + name).status() == 404));
        groups.clear();
        vigia.forget();
    }

    Cgroup cgroup(String name) {
        return Objects.requireNonNull(
                cgroups.open(new CgroupPath("/" + parent + "/" + name)).orNull());
    }

    @Nullable
    LimitValue limit(String name, LimitFile file) {
        return cgroup(name).readLimit(file).orNull();
    }

    boolean frozen(String name) {
        return Objects.requireNonNull(cgroup(name).state().orNull()).frozen();
    }

    boolean isThere(String name) {
        return cgroups.open(new CgroupPath("/" + parent + "/" + name)).orNull() != null;
    }

    boolean isPopulated(String name) {
        return Objects.requireNonNull(cgroup(name).state().orNull()).populated();
    }

    /** Of this very cgroup, without those below. */
    List<Integer> pids(String name) {
        return Objects.requireNonNull(cgroup(name).processes().orNull());
    }

    /** In use, bytes. */
    long memory(String name) {
        return Objects.requireNonNull(cgroup(name).memoryCurrentBytes().orNull());
    }

    void awaitFrozen(String name, boolean wanted) {
        await().atMost(VigiaProcess.BOUND).until(() -> frozen(name) == wanted);
    }

    void awaitLimit(String name, LimitFile file, LimitValue wanted) {
        await().atMost(VigiaProcess.BOUND)
                .untilAsserted(() -> assertThat(limit(name, file)).isEqualTo(wanted));
    }

    /** The gauge is refreshed after each scrape. */
    void awaitLeases(int count) {
        await().atMost(VigiaProcess.BOUND).until(() -> leases() == count);
    }

    private int leases() {
        return vigia.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("vigia_leases "))
                .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    /** Deletes every group and stops; what is left is ended by hand, so that a failed test leaves nothing. */
    @Override
    public void close() {
        CgroupPath top = new CgroupPath("/" + parent);
        if (load != null) {
            load.descendants().forEach(ProcessHandle::destroyForcibly);
            load.destroyForcibly();
        }
        try {
            vigia.close();
        } finally {
            Cgroup left = cgroups.open(top).orNull();
            if (left != null) {
                left.freeze(false);
                var unused = left.killAll();
                await().atMost(VigiaProcess.BOUND)
                        .until(() ->
                                !Objects.requireNonNull(left.state().orNull()).populated());
                cgroups.remove(top);
            }
            cgroups.close();
        }
    }
}
