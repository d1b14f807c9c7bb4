package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.supervisor.guest.Patience;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way round on a real kernel: kernel event, decision, kernel file, journal, WebSocket, metric. */
class NodeKernelIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    Path stateDir;

    private RunningNode node;
    private Cgroups cgroups;

    @BeforeEach
    void start() throws Exception {
        cgroups = RealCgroups.open();
        node = new RunningNode(stateDir, "vigia-it-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
        node.follow();
    }

    @AfterEach
    void stop() throws Exception {
        if (node != null) {
            node.close();
            assertThat(cgroups.open(new CgroupPath("/" + node.parent)).orNull())
                    .as("nothing is left behind")
                    .isNull();
            cgroups.close();
        }
    }

    @Test
    void runsAGroupFromItsManifestToItsEnd() throws Exception {
        put("sleeper", "[sleep, '600']", "pids.max: 20");
        node.event("container.started", data -> data.getString("container").equals("main"));

        JsonObject group = node.request(HttpMethod.GET, "/api/v1/groups/sleeper", null, null)
                .json();
        assertThat(group.getString("state")).isEqualTo("running");
        assertThat(group.getString("id")).isEqualTo(node.parent + "/sleeper");
        assertThat(group.getJsonObject("limits").getLong("pids.max")).isEqualTo(20);
        assertThat(node.request(HttpMethod.GET, "/metrics", null, null).body())
                .contains("container_cpu_usage_seconds_total{id=\"/" + node.parent + "/sleeper/main\"");

        assertThat(node.request(HttpMethod.DELETE, "/api/v1/groups/sleeper?grace=1s", null, null)
                        .status())
                .isEqualTo(202);
        node.event("container.exited", data -> data.getString("reason").equals("stopped"));
        node.event("group.removed", data -> true);
    }

    @Test
    void tellsTheEndOfEveryProcessHoweverShortItLived() throws Exception {
        RunningNode.Answer answer = node.request(HttpMethod.PUT, "/api/v1/groups/brief", "application/yaml", """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: brief}
            spec:
              containers:
                - {name: main, command: ["true"], restart: {policy: always, backoff: 1ms..1ms}}
            """);
        assertThat(answer.status()).as(answer.body()).isIn(200, 201);
        Set<Integer> containers = new HashSet<>();
        Set<Integer> processes = new HashSet<>();
        Set<Integer> begun = new HashSet<>();
        while (containers.size() < 60 || !processes.containsAll(containers)) {
            JsonObject event = node.next();
            int pid = event.getJsonObject("data", new JsonObject()).getInteger("pid", 0);
            if (event.getString("type").equals("io.vigia.process.exited")) {
                processes.add(pid);
            } else if (event.getString("type").equals("io.vigia.process.execed")) {
                assertThat(processes).as("told after its end").doesNotContain(pid);
                begun.add(pid);
            } else if (event.getString("type").equals("io.vigia.container.exited") && containers.size() < 60) {
                containers.add(pid);
            }
        }
        assertThat(begun).isNotEmpty();
    }

    @Test
    void showsADaemonBelowWhoStartedIt() throws Exception {
        put("daemon", "[sh, -c, '(setsid sh -c \"(sleep 601 &)\" &); exec sleep 602']", "pids.max: 20");
        await().atMost(Patience.of(30)).untilAsserted(() -> {
            JsonArray roots = node.request(HttpMethod.GET, "/api/v1/groups/daemon/processes", null, null)
                    .json()
                    .getJsonArray("items");
            assertThat(roots).hasSize(1);
            JsonObject root = roots.getJsonObject(0);
            assertThat(root.getJsonArray("command")).isEqualTo(JsonArray.of("sleep", "602"));
            assertThat(root.getJsonArray("children")).hasSize(1);
            JsonObject daemon = root.getJsonArray("children").getJsonObject(0);
            assertThat(daemon.getJsonArray("command")).isEqualTo(JsonArray.of("sleep", "601"));
            // Who forked it has ended; the kernel gave it to PID 1 or to a subreaper.
            assertThat(daemon.getInteger("forkedBy")).isNotNull().isNotEqualTo(root.getInteger("pid"));
            assertThat(daemon.getInteger("ppid")).isNotEqualTo(root.getInteger("pid"));
        });
    }

    @Test
    void changesLimitsAndNoticesWhoElseDoes() throws Exception {
        put("limited", "[sleep, '600']", "pids.max: 20");
        node.event("container.started", data -> true);
        String path = "/api/v1/groups/" + node.parent + "%2Flimited/limits";

        RunningNode.Answer answer = node.request(
                HttpMethod.PATCH,
                path,
                "application/merge-patch+json",
                "{\"cpu.max\":\"50%\",\"memory.max\":\"64Mi\",\"pids.max\":30}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().getString("cpu.max")).isEqualTo("50000 100000");
        assertThat(answer.json().getLong("memory.max")).isEqualTo(64L << 20);
        node.event(
                "limits.changed",
                data -> data.getString("file").equals("pids.max")
                        && data.getString("by").equals("api"));

        Cgroup cgroup = Objects.requireNonNull(
                cgroups.open(new CgroupPath("/" + node.parent + "/limited")).orNull());
        cgroup.writeLimit(LimitFile.CPU_MAX, new LimitValue.CpuQuota(20_000, 100_000));
        JsonObject drift =
                node.event("limits.drifted", data -> data.getString("after").equals("20000 100000"));
        assertThat(drift.getJsonObject("data").getString("before")).isEqualTo("50000 100000");
        assertThat(drift.getJsonObject("data").getString("by")).isEqualTo("someone else");

        RunningNode.Answer refused = node.request(
                HttpMethod.PATCH, path, "application/merge-patch+json", "{\"pids.max\":40,\"cpu.weight\":0}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(node.request(HttpMethod.GET, path, null, null).json().getLong("pids.max"))
                .isEqualTo(30);
    }

    @Test
    void lendsALimitUnderPressureAndGivesItBack() throws Exception {
        put("busy", BusyLoops.COMMAND, "pids.max: 50");
        put("batch", "[sleep, '600']", "pids.max: 50");
        node.event("container.started", data -> true);
        node.event("container.started", data -> true);
        String policy = String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Policy
            metadata: {name: protect}
            spec:
              target: {path: "/**/busy"}
              when: {pressure: {resource: cpu, kind: some, above: 10%%, window: 2s}}
              ladder:
                - throttle: {victims: {path: "/%s/batch"}, cpu.max: 20%%}
              relief: {below: 5%%, for: 2s}
            """, node.parent);
        node.create("policies/protect", policy);

        node.event("pressure.crossed", data -> data.getString("resource").equals("cpu"));
        JsonObject acted = node.event(
                "policy.acted",
                data -> data.getString("outcome").equals("done") && "throttle".equals(data.getString("action")));
        assertThat(quota("batch")).isEqualTo(new LimitValue.CpuQuota(20_000, 100_000));
        String decision = acted.getJsonObject("data").getString("decision");
        assertThat(node.request(HttpMethod.GET, "/api/v1/decisions/" + decision, null, null)
                        .json()
                        .getString("policy"))
                .isEqualTo("protect");

        assertThat(node.request(HttpMethod.POST, "/api/v1/groups/busy/stop", null, null)
                        .status())
                .isIn(200, 202);
        node.event(
                "limits.changed",
                data -> data.getString("by").equals("lease end")
                        && data.getString("file").equals("cpu.max"));
        assertThat(quota("batch")).isInstanceOf(LimitValue.CpuUnlimited.class);
        assertThat(node.request(HttpMethod.GET, "/metrics", null, null).body())
                .contains("vigia_policy_decisions_total{policy=\"protect\"");
    }

    private LimitValue quota(String group) {
        Cgroup cgroup = Objects.requireNonNull(
                cgroups.open(new CgroupPath("/" + node.parent + "/" + group)).orNull());
        return Objects.requireNonNull(cgroup.readLimit(LimitFile.CPU_MAX).orNull());
    }

    private void put(String name, String command, String limits) throws Exception {
        String manifest = String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: %s}
            spec:
              limits: {%s}
              containers:
                - name: main
                  command: %s
                  stop: {signal: TERM, grace: 1s}
            """, name, limits, command);
        node.create("groups/" + name, manifest);
    }
}
