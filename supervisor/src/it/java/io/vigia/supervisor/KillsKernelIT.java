package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.cgroup.Cgroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who was killed, by the kernel or by a policy, and how often. */
class KillsKernelIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    Path stateDir;

    private String parent;
    private RunningNode node;

    @BeforeEach
    void start() throws Exception {
        RealCgroups.assumeRoot();
        parent = "vigia-it-" + ProcessHandle.current().pid() + "-k" + NUMBER.incrementAndGet();
        open();
    }

    private void open() throws Exception {
        node = new RunningNode(stateDir, parent);
        node.follow();
    }

    @AfterEach
    void stop() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void countsEachOutOfMemoryKillOnceAndNamesItsVictim() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/dev/kmsg")), "the kernel's log is not readable here");
        String limits;
        try (Cgroups cgroups = RealCgroups.open()) {
            limits = RealCgroups.littleMemory(cgroups);
        }
        put("hungry", "tail /dev/zero", "limits: {" + limits + "}, restart: {backoff: 300ms, give_up: 1 in 1m}");
        List<JsonObject> all = node.upTo("container.failed");
        List<JsonObject> ends = data(all, "container.exited");
        assertThat(ends).extracting(d -> d.getString("reason")).containsExactly("oom", "oom");
        List<JsonObject> victims = data(all, "oom.victim").stream()
                .filter(d -> String.valueOf(d.getString("group")).startsWith(parent + "/hungry"))
                .toList();
        assertThat(victims)
                .extracting(d -> d.getInteger("pid"))
                .as("each victim once, and no other")
                .containsExactlyElementsOf(
                        ends.stream().map(d -> d.getInteger("pid")).toList());
        assertThat(victims).extracting(d -> d.getString("comm")).containsOnly("tail");
        assertThat(all.stream()
                        .filter(e ->
                                victims.contains(e.getJsonObject("data")) || ends.contains(e.getJsonObject("data")))
                        .map(e -> e.getString("type")))
                .as("who was killed, then what came of it")
                .containsExactly(
                        "io.vigia.oom.victim", "io.vigia.container.exited",
                        "io.vigia.oom.victim", "io.vigia.container.exited");
        assertThat(node.request(HttpMethod.GET, "/metrics", null, null).body())
                .containsPattern("container_oom_events_total\\{id=\"/" + parent + "/hungry/main\",[^}]*} 2\n");
    }

    @Test
    void keepsTheKillBudgetOverARestart() throws Exception {
        put("busy", BusyLoops.SCRIPT, "stop: {grace: 1s}");
        String policy = String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Policy
            metadata: {name: once}
            spec:
              target: {path: "/%s/busy"}
              when: {pressure: {resource: cpu, kind: some, above: 10%%, window: 2s}}
              ladder:
                - kill: {victims: {path: "/%s/busy/*"}, scope: group, grace: 1s}
              cooldown: 1s
              budget: {kills: 1, per: 1h}
            """, parent, parent);
        node.create("policies/once", policy);
        node.event("container.exited", data -> Objects.equals(data.getString("reason"), "policy"));
        node.leave();

        open();
        JsonObject suppressed = node.event(
                "policy.suppressed",
                data -> String.valueOf(data.getString("why")).contains("budget"));
        assertThat(suppressed.getJsonObject("data").getString("policy")).isEqualTo("once");
    }

    private static List<JsonObject> data(List<JsonObject> events, String type) {
        return events.stream()
                .filter(e -> e.getString("type").equals("io.vigia." + type))
                .map(e -> e.getJsonObject("data"))
                .toList();
    }

    private void put(String name, String script, String more) throws Exception {
        String manifest = String.format(
                Locale.ROOT, """
                apiVersion: vigia.io/v1
                kind: Group
                metadata: {name: %s}
                spec:
                  containers:
                    - {name: main, command: [sh, -c, "exec %s"], %s}
                """, name, script.equals(BusyLoops.SCRIPT) ? "sh -c '" + script + "'" : script, more);
        node.create("groups/" + name, manifest);
    }
}
