package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus with a target as the Prometheus operator finds it, and the relabelings of {@code monitor.yaml}, which are the chart's too. */
class MonitorIT {
    private static final Path MONITOR = Path.of("../k8s-examples/monitor.yaml");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As vigia writes them: only the groups of pods say whose they are. */
    private static final String METRICS = """
        # TYPE container_memory_usage_bytes gauge
        container_memory_usage_bytes{id="/",name="",image=""} 1000
        container_memory_usage_bytes{id="/system.slice/sshd.service",name="",image=""} 10
        container_memory_usage_bytes{id="/kubepods.slice/pod1",name="",image="",namespace="shop",pod="front",container=""} 7
        container_memory_usage_bytes{id="/kubepods.slice/pod1/c",name="",image="",namespace="shop",pod="front",container="app"} 7
        """;

    @TempDir
    Path folder;

    private HttpServer vigia;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Files.isExecutable(RealPrometheus.PROGRAM), "Prometheus is not installed (Debian package prometheus)");
        vigia = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        vigia.createContext("/metrics", exchange -> {
            byte[] bytes = METRICS.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        vigia.start();
    }

    @AfterEach
    void stop() {
        if (vigia != null) {
            vigia.stop(0);
        }
    }

    @Test
    void leavesTheNodesOwnGroupsWithoutAPod() throws Exception {
        try (RealPrometheus prometheus =
                RealPrometheus.withJobs(folder, job("with", steps()) + job("without", List.of()))) {
            // The trap: these labels of the target would be given to every group that has none.
            await("the other job").atMost(PATIENCE).until(prometheus.asked("""
                container_memory_usage_bytes{job="without",id="/",namespace="monitoring",pod="rel-vigia-x",container="vigia"}\
                """));
            await("the job").atMost(PATIENCE).until(prometheus.asked("""
                container_memory_usage_bytes{job="vigia",node="n1",instance="10.0.0.1:9797",id="/",\
                namespace="",pod="",container="",service="",endpoint=""}\
                """));
            assertThat(prometheus.answers("container_memory_usage_bytes{job=\"vigia\",pod=\"rel-vigia-x\"}"))
                    .isFalse();
            assertThat(prometheus.labelValues("{job=\"vigia\",id!=\"\"}", "pod"))
                    .map(Object::toString)
                    .containsExactly("front");
            assertThat(prometheus.answers("up{job=\"vigia\",node=\"n1\",instance=\"10.0.0.1:9797\"} == 1"))
                    .isTrue();
            // What is summed by containers is summed once.
            assertThat(prometheus.answers("sum(container_memory_usage_bytes{job=\"vigia\",container!=\"\"}) == 7"))
                    .isTrue();
        }
    }

    private static List<?> steps() {
        Object spec = Objects.requireNonNull(((Map<?, ?>) RuleFile.yaml(MONITOR)).get("spec"), "spec");
        return RuleFile.list(RuleFile.list(spec, "podMetricsEndpoints").getFirst(), "relabelings");
    }

    /** As the operator would write it for one pod; the monitor's own steps come last, by the names that Prometheus has for them. */
    private String job(String name, List<?> steps) {
        String written = steps.stream()
                .map(step -> ((Map<?, ?>) step)
                        .entrySet().stream()
                                .map(key -> switch (key.getKey().toString()) {
                                            case "sourceLabels" -> "source_labels";
                                            case "targetLabel" -> "target_label";
                                            default -> key.getKey().toString();
                                        }
                                        + ": " + key.getValue())
                                .collect(Collectors.joining(", ", "      - {", "}\n")))
                .collect(Collectors.joining());
        return """
              - job_name: JOB
                honor_labels: true
                static_configs:
                  - targets: ["127.0.0.1:PORT"]
                    labels:
                      __meta_kubernetes_pod_node_name: n1
                      instance: "10.0.0.1:9797"
                      namespace: monitoring
                      pod: rel-vigia-x
                      container: vigia
                      service: rel-vigia
                      endpoint: vigia
                relabel_configs:
            STEPS\
            """.replace("JOB", name)
                .replace("PORT", Integer.toString(vigia.getAddress().getPort()))
                .replace("STEPS", written.isEmpty() ? "      []\n" : written);
    }
}
