package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.supervisor.guest.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing blocks a loop while much goes on: groups made, filled and removed, scrapes one after the other, a
 * WebSocket client that does not read, and a policy at work, whose trigger the scrapes do not take away. The bound is far beyond what a busy machine does to a
 * thread, and far below what a blocking call under this load takes.
 */
class UnblockedKernelIT {
    private static final int GROUPS = 500;
    private static final int BOUND_MILLIS = 2_500;

    @TempDir
    Path stateDir;

    @Test
    void noLoopIsBlockedUnderLoad() throws Exception {
        assumeTrue(
                Patience.seconds(1) == 1, "emulated: a thread that waits for its processor looks like a blocked one");
        List<String> blocked = new ArrayList<>();
        VertxOptions options = new VertxOptions()
                .setBlockedThreadCheckInterval(100)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(BOUND_MILLIS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS);
        String parent = "vigia-it-unblocked-" + ProcessHandle.current().pid();
        try (Cgroups cgroups = RealCgroups.open();
                RunningNode node = new RunningNode(stateDir, parent, options)) {
            node.onBlockedThread(what -> {
                synchronized (blocked) {
                    blocked.add(what);
                }
            });
            node.follow();
            node.followWithoutReading();
            protectBusyFromBatch(node);
            AtomicBoolean done = new AtomicBoolean();
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread scraper = new Thread(() -> scrapeUntil(done, node, failure), "scraper");
            scraper.start();
            try {
                CgroupPath load = new CgroupPath("/" + parent + "/load");
                Cgroup top = cgroups.create(load);
                // What comes and goes before vigia can look into it is not there for it.
                node.waitFor("group.created", frame -> load.id().equals(frame.getString("subject")));
                makeFillRemove(Path.of(top.entry().v2Directory()));
                cgroups.remove(load);
                node.waitFor(
                        "group.removed",
                        frame -> (parent + "/load/g" + (GROUPS - 1)).equals(frame.getString("subject")));
                await().atMost(Duration.ofSeconds(30)).until(() -> policyActed(node));
            } finally {
                done.set(true);
                scraper.join(TimeUnit.SECONDS.toMillis(30));
            }
            assertThat(failure.get()).isNull();
            Scraped after = Scraped.of(node);
            for (String type : List.of("group.created", "group.removed")) {
                assertThat(after.value("vigia_events_total", "type=\"" + type + "\"")
                                .orElseThrow())
                        .as(type)
                        .isGreaterThanOrEqualTo(GROUPS);
            }
            assertThat(after.value("vigia_loop_lag_seconds_bucket", "le=\"2.5\"")
                            .orElseThrow())
                    .as("no task came later than the bound")
                    .isEqualTo(after.value("vigia_loop_lag_seconds_count").orElseThrow());
        }
        synchronized (blocked) {
            assertThat(blocked).isEmpty();
        }
    }

    private static void makeFillRemove(Path directory) throws Exception {
        Process member = new ProcessBuilder("sleep", "600").start();
        try {
            for (int i = 0; i < GROUPS; i++) {
                Path group = Files.createDirectory(directory.resolve("g" + i));
                enter(member, group);
                if (i > 0) {
                    Files.delete(directory.resolve("g" + (i - 1)));
                }
            }
        } finally {
            member.destroyForcibly();
            assertThat(member.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        Files.delete(directory.resolve("g" + (GROUPS - 1)));
    }

    private static boolean policyActed(RunningNode node) throws Exception {
        return Scraped.of(node)
                        .value("vigia_policy_decisions_total", "policy=\"protect\"", "outcome=\"done\"")
                        .orElse(0)
                > 0;
    }

    private static void enter(Process process, Path group) throws Exception {
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()), StandardOpenOption.WRITE);
    }

    private static void scrapeUntil(
            AtomicBoolean done, RunningNode node, AtomicReference<@Nullable Throwable> failure) {
        try {
            while (!done.get()) {
                assertThat(node.request(HttpMethod.GET, "/metrics", null, null).status())
                        .isEqualTo(200);
            }
        } catch (Exception | AssertionError e) {
            failure.set(e);
        }
    }

    private static void protectBusyFromBatch(RunningNode node) throws Exception {
        // Five loops on one CPU's worth of time: Linux 6.18 counts no pressure while a quota holds tasks back, so that
        // a
        // small one would leave too little of it.
        for (String[] group : new String[][] {
            {"busy", "cpu.max: 100%", "[sh, -c, 'for n in 1 2 3 4 5; do (while :; do :; done) & done; wait']"},
            {"batch", "pids.max: 50", "[sleep, '600']"}
        }) {
            String manifest = String.format(Locale.ROOT, """
                apiVersion: vigia.io/v1
                kind: Group
                metadata: {name: %s}
                spec:
                  limits: {%s}
                  containers: [{name: main, command: %s, stop: {signal: KILL}}]
                """, group[0], group[1], group[2]);
            node.create("groups/" + group[0], manifest);
        }
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
    }
}
