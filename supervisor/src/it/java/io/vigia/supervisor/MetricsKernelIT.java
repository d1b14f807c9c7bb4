package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.http.HttpMethod;
import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.Cgroups;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.CgroupUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics that people build dashboards on, of a real vigia on a real kernel. */
class MetricsKernelIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** With a sample for every group with a process, whatever the hierarchy. */
    private static final List<String> OF_EVERY_GROUP = List.of(
            "container_cpu_usage_seconds_total",
            "container_cpu_user_seconds_total",
            "container_cpu_system_seconds_total",
            "container_cpu_cfs_periods_total",
            "container_cpu_cfs_throttled_periods_total",
            "container_cpu_cfs_throttled_seconds_total",
            "container_memory_usage_bytes",
            "container_memory_working_set_bytes",
            "container_memory_rss",
            "container_memory_cache",
            "container_memory_swap",
            "container_memory_max_usage_bytes",
            "container_memory_events_max_total",
            "container_pressure_cpu_waiting_seconds_total",
            "container_pressure_cpu_stalled_seconds_total",
            "container_pressure_memory_waiting_seconds_total",
            "container_pressure_memory_stalled_seconds_total",
            "container_pressure_io_waiting_seconds_total",
            "container_pressure_io_stalled_seconds_total",
            "container_oom_events_total",
            "container_processes",
            "container_threads",
            "container_threads_max",
            "container_spec_cpu_period",
            "container_spec_cpu_quota",
            "container_spec_cpu_shares",
            "container_spec_memory_limit_bytes",
            "container_start_time_seconds",
            "container_last_seen",
            "vigia_memory_events_total");

    /** Whose samples depend on devices, on a network namespace or on the hierarchy: declared in any case. */
    private static final List<String> OF_SOME_GROUPS = List.of(
            "container_memory_events_high_total",
            "container_fs_reads_bytes_total",
            "container_fs_writes_bytes_total",
            "container_fs_reads_total",
            "container_fs_writes_total",
            "container_network_receive_bytes_total",
            "container_network_receive_packets_total",
            "container_network_receive_errors_total",
            "container_network_receive_packets_dropped_total",
            "container_network_transmit_bytes_total",
            "container_network_transmit_packets_total",
            "container_network_transmit_errors_total",
            "container_network_transmit_packets_dropped_total");

    private static final List<String> OF_VIGIA = List.of(
            "vigia_build_info",
            "vigia_groups",
            "vigia_events_total",
            "vigia_events_lost_total",
            "vigia_policy_decisions_total",
            "vigia_policy_active",
            "vigia_action_seconds",
            "vigia_reaction_seconds",
            "vigia_container_restarts_total",
            "vigia_leases",
            "vigia_limits_overwritten_total",
            "vigia_stream_clients",
            "vigia_stream_lag_events",
            "vigia_scrape_seconds",
            "vigia_scrape_incomplete_groups",
            "vigia_loop_lag_seconds",
            "jvm_memory_used_bytes",
            "vertx_http_server_requests_total");

    @TempDir
    Path stateDir;

    private RunningNode node;
    private Cgroups cgroups;

    @BeforeEach
    void start() throws Exception {
        cgroups = RealCgroups.open();
        node = new RunningNode(
                stateDir, "vigia-it-metrics-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
        node.follow();
    }

    @AfterEach
    void stop() throws Exception {
        if (node != null) {
            node.close();
            cgroups.close();
        }
    }

    @Test
    void hasEveryFamilyOfTheContractInItsUnits() throws Exception {
        long before = Instant.now().getEpochSecond();
        apply(
                "full",
                "cpu.max: 50%, memory.max: 64Mi, pids.max: 50",
                "[sh, -c, 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; sleep 600']");
        node.event("container.started", data -> true);
        String id = "id=\"/" + node.parent + "/full/main\"";
        String top = "id=\"/" + node.parent + "/full\"";
        applyPolicy("idle", "{memory_event: {event: oom, count: 100}}", "notify: log", "");

        Scraped scraped = Scraped.of(node);
        for (String name : OF_EVERY_GROUP) {
            assertThat(scraped.value(name, name.equals("container_spec_cpu_quota") ? top : id))
                    .as(name)
                    .isPresent();
        }
        for (List<String> names : List.of(OF_EVERY_GROUP, OF_SOME_GROUPS, OF_VIGIA)) {
            for (String name : names) {
                assertThat(scraped.types().keySet()).as("TYPE").contains(name);
                assertThat(scraped.helped()).as("HELP").contains(name);
                if (name.endsWith("_total")) {
                    assertThat(scraped.types()).containsEntry(name, "counter");
                }
            }
        }
        assertThat(scraped.types())
                .containsEntry("vigia_action_seconds", "histogram")
                .containsEntry("vigia_reaction_seconds", "histogram")
                .containsEntry("vigia_scrape_seconds", "histogram")
                .containsEntry("container_memory_usage_bytes", "gauge");
        assertThat(scraped.value("container_memory_usage_bytes", id, "name=\"full/main\"", "image=\"\""))
                .isPresent();
        assertThat(scraped.value("container_memory_usage_bytes", top, "name=\"full\""))
                .isPresent();

        CgroupUsage usage = Objects.requireNonNull(cgroups.open(new CgroupPath("/" + node.parent + "/full/main"))
                        .orNull())
                .usage();
        double cpu = scraped.value("container_cpu_usage_seconds_total", id).orElseThrow();
        assertThat(cpu)
                .isPositive()
                .isLessThanOrEqualTo(
                        Objects.requireNonNull(usage.cpu().orNull()).usageUsec() * 1e-6);
        assertThat(scraped.value("container_spec_cpu_quota", top)).hasValue(50_000);
        assertThat(scraped.value("container_spec_cpu_period", top)).hasValue(100_000);
        assertThat(scraped.value("container_spec_cpu_shares", top)).hasValue(1024);
        assertThat(scraped.value("container_spec_memory_limit_bytes", top)).hasValue(64 << 20);
        assertThat(scraped.value("container_threads_max", top)).hasValue(50);
        assertThat(scraped.value("container_spec_memory_limit_bytes", id))
                .as("unlimited is 0, as cAdvisor has it")
                .hasValue(0);
        assertThat(scraped.value("container_spec_cpu_quota", id))
                .as("no quota, no sample")
                .isEmpty();
        assertThat(scraped.value("container_processes", id).orElseThrow()).isPositive();
        assertThat(scraped.value("container_start_time_seconds", id).orElseThrow())
                .isBetween((double) before, Instant.now().getEpochSecond() + 1.0);
        assertThat(scraped.value("container_last_seen", id).orElseThrow()).isGreaterThanOrEqualTo((double) before);
        assertThat(scraped.value("vigia_memory_events_total", id, "event=\"oom_kill\"", "scope=\"local\""))
                .hasValue(0);
        assertThat(scraped.samplesOf("container_network_receive_bytes_total"))
                .as("the group shares the host's network")
                .isEmpty();
        if (cgroups.kind() == HierarchyKind.HYBRID) {
            assertThat(scraped.samplesOf("container_memory_events_high_total"))
                    .as("v1 has no memory.high: unknown, not 0")
                    .isEmpty();
        }
    }

    @Test
    void startsAtZeroAndCountsWhatHappens() throws Exception {
        Scraped first = Scraped.of(node);
        for (String source : List.of("inotify", "connector", "kmsg", "link", "psi", "journal")) {
            assertThat(first.value("vigia_events_lost_total", "source=\"" + source + "\""))
                    .as(source)
                    .hasValue(0);
        }
        assertThat(first.value("vigia_events_total", "type=\"container.restarting\""))
                .hasValue(0);
        assertThat(first.value("vigia_reaction_seconds_count")).hasValue(0);
        assertThat(first.value("vigia_action_seconds_bucket", "le=\"+Inf\"")).hasValue(0);
        assertThat(first.value("vigia_stream_clients")).hasValue(1);
        assertThat(first.value("vigia_stream_lag_events")).isPresent();
        assertThat(first.value("vigia_leases")).hasValue(0);

        apply("busy", "cpu.max: 20%, pids.max: 50", BusyLoops.COMMAND);
        apply("batch", "pids.max: 50", "[sleep, '600']");
        apply("brief", "pids.max: 50", "['false']");
        node.event("container.restarting", data -> true);
        applyPolicy(
                "protect",
                "{pressure: {resource: cpu, kind: some, above: 10%, window: 2s}}",
                "throttle: {victims: {path: \"/" + node.parent + "/batch\"}, cpu.max: 20%}",
                "relief: {below: 5%, for: 600s}");
        assertThat(Scraped.of(node)
                        .value("vigia_policy_decisions_total", "policy=\"protect\"", "outcome=\"no-victim\""))
                .as("at zero before the first decision")
                .hasValue(0);
        node.event("policy.acted", data -> "done".equals(data.getString("outcome")));

        Scraped after = Scraped.of(node);
        assertThat(after.value("vigia_policy_decisions_total", "policy=\"protect\"", "outcome=\"done\"")
                        .orElseThrow())
                .isPositive();
        assertThat(after.value("vigia_policy_active", "policy=\"protect\"").orElseThrow())
                .isPositive();
        assertThat(after.value("vigia_leases")).hasValue(1);
        assertThat(after.value("vigia_reaction_seconds_count").orElseThrow()).isPositive();
        assertThat(after.value("vigia_reaction_seconds_sum").orElseThrow()).isPositive();
        assertThat(after.value("vigia_action_seconds_count").orElseThrow()).isPositive();
        assertThat(after.value("vigia_scrape_seconds_count").orElseThrow()).isGreaterThanOrEqualTo(2);
        assertThat(after.value("vigia_loop_lag_seconds_count").orElseThrow()).isPositive();
        assertThat(after.value("vigia_groups").orElseThrow()).isGreaterThanOrEqualTo(7);
        assertThat(after.value("vigia_events_total", "type=\"policy.acted\"").orElseThrow())
                .isPositive();
        assertThat(after.value("vigia_container_restarts_total", "container=\"brief\"")
                        .isPresent())
                .isFalse();
        assertThat(after.value(
                                "vigia_container_restarts_total",
                                "group=\"" + node.parent + "/brief\"",
                                "container=\"main\"")
                        .orElseThrow())
                .isPositive();
        assertThat(after.value(
                        "vigia_container_restarts_total", "group=\"" + node.parent + "/batch\"", "container=\"main\""))
                .hasValue(0);
    }

    @Test
    void aGroupThatIsGoneLeavesAtOnce() throws Exception {
        apply("short", "pids.max: 50", "[sleep, '600']");
        node.event("container.started", data -> true);
        assertThat(Scraped.of(node).names(node.parent + "/short")).isTrue();
        assertThat(node.request(HttpMethod.DELETE, "/api/v1/groups/short?grace=1s", null, null)
                        .status())
                .isEqualTo(202);
        node.waitFor("group.removed", frame -> (node.parent + "/short").equals(frame.getString("subject")));
        assertThat(Scraped.of(node).names(node.parent + "/short")).isFalse();
    }

    @Test
    void countsTheNetworkOfAGroupThatHasItsOwn() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/unshare")) && Files.isExecutable(Path.of("/usr/sbin/ip")),
                "no unshare or ip on this host");
        apply(
                "lan",
                "pids.max: 50",
                "[unshare, -n, sh, -c, 'ip link add vigia0 type veth peer name vigia1 && ip link set vigia0 up && ip"
                        + " link set vigia1 up; exec sleep 600']");
        node.event("container.started", data -> true);
        Cgroup main = Objects.requireNonNull(
                cgroups.open(new CgroupPath("/" + node.parent + "/lan/main")).orNull());
        String id = "id=\"/" + node.parent + "/lan/main\"";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Scraped scraped = Scraped.of(node);
        while (scraped.value("container_network_transmit_bytes_total", id, "interface=\"vigia0\"")
                        .isEmpty()
                && System.nanoTime() < deadline) {
            scraped = Scraped.of(node);
        }
        assertThat(main.processes().orNull()).isNotEmpty();
        assertThat(scraped.value("container_network_receive_packets_total", id, "interface=\"vigia0\""))
                .isPresent();
        assertThat(scraped.names("interface=\"lo\"")).isFalse();
    }

    @Test
    void satisfiesPromtoolAndNegotiatesTheFormat() throws Exception {
        apply("checked", "cpu.max: 50%, memory.max: 64Mi, pids.max: 50", "[sleep, '600']");
        applyPolicy("idle", "{memory_event: {event: oom, count: 100}}", "notify: log", "");
        node.event("container.started", data -> true);
        RunningNode.Scrape text = node.scrape("*/*");
        assertThat(text.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        RunningNode.Scrape open = node.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertThat(open.contentType()).isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.body()).endsWith("# EOF\n").contains("# TYPE container_cpu_usage_seconds counter\n");
        assertThat(open.body()
                        .lines()
                        .filter(line -> !line.startsWith("#") && line.contains(" # "))
                        .filter(line -> !line.matches("^[a-z_]+(_bucket|_total)[{ ].*")))
                .as("exemplars")
                .isEmpty();

        Path promtool = Path.of("/usr/bin/promtool");
        assumeTrue(Files.isExecutable(promtool), "promtool is not installed (Debian package prometheus)");
        Process process = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().write(text.body().getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    private void apply(String name, String limits, String command) throws Exception {
        String manifest = String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: %s}
            spec:
              limits: {%s}
              containers:
                - name: main
                  command: %s
                  stop: {signal: KILL, grace: 1s}
            """, name, limits, command);
        node.create("groups/" + name, manifest);
    }

    private void applyPolicy(String name, String when, String rung, String more) throws Exception {
        String policy = String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Policy
            metadata: {name: %s}
            spec:
              target: {path: "/**/busy"}
              when: %s
              ladder:
                - %s
              %s
            """, name, when, rung, more);
        node.create("policies/" + name, policy);
    }
}
