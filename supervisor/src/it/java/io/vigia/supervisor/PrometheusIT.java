package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real vigia, as OpenMetrics, which it asks for, and as text, for which a relay asks. */
class PrometheusIT {
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Pattern LISTENING =
            Pattern.compile("Listening on.*?(?:address=|\":)\"?127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void scrapesBothFormatsWithoutAWarning() throws Exception {
        assumeTrue(Files.isExecutable(PROMETHEUS), "prometheus is not installed (Debian package prometheus)");
        RealCgroups.open().close();
        String parent = "vigia-it-prometheus-" + ProcessHandle.current().pid();
        Vertx vertx = Vertx.vertx();
        try (RunningNode node = new RunningNode(Files.createDirectory(folder.resolve("state")), parent)) {
            node.follow();
            String manifest = """
                apiVersion: vigia.io/v1
                kind: Group
                metadata: {name: seen}
                spec: {containers: [{name: main, command: [sleep, '600'], stop: {signal: KILL}}]}
                """;
            node.create("groups/seen", manifest);
            node.event("container.started", data -> true);
            HttpServer relay = asksForText(vertx, node.port());
            Path log = folder.resolve("prometheus.log");
            Process prometheus = start(node.port(), relay.actualPort(), log);
            try {
                scraped(prometheus, log, "/" + parent + "/seen/main");
            } finally {
                prometheus.destroyForcibly();
                assertThat(prometheus.waitFor(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(Files.readString(log).lines())
                    .noneMatch(line -> line.contains("level=warn")
                            || line.contains("level=error")
                            || line.contains("level=WARN")
                            || line.contains("level=ERROR"));
        } finally {
            RunningNode.get(vertx.close());
        }
    }

    private void scraped(Process prometheus, Path log, String id) throws Exception {
        await().atMost(BOUND)
                .until(() -> LISTENING.matcher(Files.readString(log)).find() || !prometheus.isAlive());
        Matcher listening = LISTENING.matcher(Files.readString(log));
        assertThat(listening.find()).as(Files.readString(log)).isTrue();
        String url = "http://127.0.0.1:" + listening.group(1) + "/api/v1/";
        await().atMost(BOUND)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> query(url, "sum(min_over_time(up[1m]) == 1) or vector(0)") == 2
                        && query(url, "count(count_over_time(up[1m]) >= 2) or vector(0)") == 2);
        JsonArray targets = get(url + "targets").getJsonObject("data").getJsonArray("activeTargets");
        for (Object target : targets) {
            assertThat(((JsonObject) target).getString("health")).isEqualTo("up");
            assertThat(((JsonObject) target).getString("lastError")).isEmpty();
        }
        assertThat(targets).hasSize(2);
        for (String job : new String[] {"openmetrics", "text"}) {
            String labels = "{job=\"" + job + "\",id=\"" + id + "\"}";
            for (String series : new String[] {
                "container_memory_usage_bytes" + labels,
                "container_cpu_usage_seconds_total" + labels,
                "container_spec_memory_limit_bytes" + labels,
                "vigia_groups{job=\"" + job + "\"}",
                "vigia_events_total{job=\"" + job + "\",type=\"container.started\"}",
                "vigia_scrape_seconds_bucket{job=\"" + job + "\",le=\"+Inf\"}",
                "scrape_samples_scraped{job=\"" + job + "\"}"
            }) {
                assertThat(query(url, "count(" + series + ") or vector(0)"))
                        .as(series)
                        .isEqualTo(1);
            }
            assertThat(query(url, "container_threads" + labels)).isEqualTo(1);
        }
        assertThat(get(url + "metadata?metric=container_cpu_usage_seconds_total")
                        .encode())
                .contains("\"type\":\"counter\"")
                .contains("CPU time used");
    }

    private Process start(int vigia, int relay, Path log) throws IOException {
        Path config =
                Files.writeString(folder.resolve("prometheus.yml"), String.format(Locale.ROOT, """
                    global: {scrape_interval: 1s, scrape_timeout: 1s}
                    scrape_configs:
                      - job_name: openmetrics
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                      - job_name: text
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                    """, vigia, relay));
        return new ProcessBuilder(
                        PROMETHEUS.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static HttpServer asksForText(Vertx vertx, int port) throws Exception {
        io.vertx.core.http.HttpClient upstream = vertx.createHttpClient();
        return RunningNode.get(vertx.createHttpServer()
                .requestHandler(request -> upstream.request(HttpMethod.GET, port, "127.0.0.1", "/metrics")
                        .compose(
                                asked -> asked.putHeader("Accept", "text/plain").send())
                        .compose(answer -> answer.body()
                                .compose(body -> request.response()
                                        .putHeader("Content-Type", answer.getHeader("Content-Type"))
                                        .setStatusCode(answer.statusCode())
                                        .end(body)))
                        .onFailure(e -> request.response().setStatusCode(502).end()))
                .listen(0, "127.0.0.1"));
    }

    private double query(String url, String expression) throws IOException, InterruptedException {
        JsonArray result = get(url + "query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .getJsonObject("data")
                .getJsonArray("result");
        assertThat(result).as(expression).hasSize(1);
        return Double.parseDouble(result.getJsonObject(0).getJsonArray("value").getString(1));
    }

    private JsonObject get(String url) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(BOUND).build();
        return new JsonObject(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
