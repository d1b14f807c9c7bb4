package io.vigia.dashboards;

import static org.awaitility.Awaitility.await;

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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian's Prometheus with all rules, and the jobs of {@code scrape.yaml} or others, scraping and evaluating each second. */
final class RealPrometheus implements AutoCloseable {
    static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final Pattern LISTENING = Pattern.compile("msg=\"Listening on\" address=127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final int port;
    private final Instant started = Instant.now();
    private final HttpClient client = HttpClient.newHttpClient();

    RealPrometheus(Path folder, int vigiaPort) throws IOException {
        this(folder, Files.readString(Path.of("scrape.yaml")).replace("127.0.0.1:9797", "127.0.0.1:" + vigiaPort));
    }

    /** @param jobs entries of {@code scrape_configs}, indented by two */
    static RealPrometheus withJobs(Path folder, String jobs) throws IOException {
        return new RealPrometheus(folder, "scrape_configs:\n" + jobs);
    }

    private RealPrometheus(Path folder, String scrapeConfigs) throws IOException {
        StringBuilder config =
                new StringBuilder("global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files:\n");
        RuleFile.files()
                .forEach(file ->
                        config.append("  - ").append(file.toAbsolutePath()).append('\n'));
        config.append(scrapeConfigs);
        Path file = Files.writeString(folder.resolve("prometheus.yml"), config);
        Path log = folder.resolve("prometheus.log");
        process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("prometheus"),
                        "--web.listen-address=127.0.0.1:0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        port = Integer.parseInt(told(process, log, LISTENING));
    }

    /** Waits until the program has written this, and gives the pattern's group. */
    static String told(Process process, Path log, Pattern pattern) {
        String[] found = new String[1];
        await(pattern.pattern()).atMost(Duration.ofSeconds(60)).until(() -> {
            String text = Files.readString(log);
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
                found[0] = matcher.group(1);
            } else if (!process.isAlive()) {
                throw new IllegalStateException("ended too early:\n" + text);
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** Whether the query has an answer with a number in it at any time since the start. */
    boolean answers(String expr) {
        JsonArray series = get("query_range?query=" + encoded(expr) + "&start=" + started.getEpochSecond() + "&end="
                        + Instant.now().getEpochSecond() + "&step=1")
                .getJsonObject("data")
                .getJsonArray("result");
        return Dashboard.objects(series)
                .flatMap(one -> one.getJsonArray("values").stream())
                .anyMatch(value -> !((JsonArray) value).getString(1).equals("NaN"));
    }

    /** The same, to be waited for. */
    Callable<Boolean> asked(String expr) {
        return () -> answers(expr);
    }

    List<?> labelValues(String selector, String label) {
        return get("label/" + label + "/values?match[]=" + encoded(selector))
                .getJsonArray("data")
                .getList();
    }

    /** Of each rule that did not evaluate, what was wrong. */
    List<String> ruleErrors() {
        return Dashboard.objects(get("rules").getJsonObject("data").getJsonArray("groups"))
                .flatMap(group -> Dashboard.objects(group.getJsonArray("rules")))
                .filter(rule -> rule.getString("health").equals("err"))
                .map(rule -> rule.getString("name") + ": " + rule.getString("lastError"))
                .toList();
    }

    private JsonObject get(String path) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
            }
            return new JsonObject(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException("no answer from Prometheus", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        end(process);
        client.close();
    }

    /** TERM, and after a while KILL; back when it has ended. */
    static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("process " + process.pid() + " does not end");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
