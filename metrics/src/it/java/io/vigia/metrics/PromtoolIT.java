package io.vigia.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prometheus.client.CollectorRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PromtoolIT {
    @Test
    void findsNothingToComplainAbout() throws Exception {
        Path promtool = Path.of("/usr/bin/promtool");
        assumeTrue(Files.isExecutable(promtool), "promtool is not installed (Debian package prometheus)");
        CollectorRegistry registry = new CollectorRegistry();
        Counters counters = new Counters(registry, "1", List.of("group.created"), List.of("inotify"));
        counters.decision("p", "acted");
        counters.restarted("demo", "web");
        counters.gauge("vigia_groups", "Groups known.", () -> 2);
        String text = Samples.render(
                new Exposition(registry),
                List.of(Samples.known("/a"), Samples.unknown("/b\\\\\"")),
                Format.PROMETHEUS_TEXT);

        Process process = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(process.exitValue()).isZero();
    }
}
