package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prometheus' own word on the rules: they are well-formed, and each alert fires when it should and only then. */
class PromtoolIT {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @BeforeEach
    void hasPromtool() {
        assumeTrue(Files.isExecutable(PROMTOOL), "promtool is not installed (Debian package prometheus)");
    }

    @Test
    void acceptsTheRules() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("check", "rules", "--lint-fatal"));
        RuleFile.files().forEach(file -> arguments.add(file.toString()));
        promtool(arguments);
    }

    @Test
    void acceptsTheScrapeJobs() throws Exception {
        promtool(List.of("check", "config", "--lint-fatal", "scrape.yaml"));
    }

    @Test
    void firesEachAlertWhenItShouldAndOnlyThen() throws Exception {
        promtool(List.of("test", "rules", "src/test/promtool/alerts.yaml"));
    }

    private static void promtool(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
