package io.vigia.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Exposition exposition = new Exposition(registry);

    @Test
    void usesCadvisorsNamesAndUnits() {
        String text = exposition.render(List.of(Samples.known("/vigia/demo")), Format.PROMETHEUS_TEXT, 1.5);
        assertThat(text)
                .contains("container_cpu_usage_seconds_total{id=\"/vigia/demo\",name=\"\",image=\"\"} 0.081234\n")
                .contains("container_memory_working_set_bytes{id=\"/vigia/demo\",name=\"\",image=\"\"} 6340032\n")
                .contains("container_pressure_cpu_waiting_seconds_total{id=\"/vigia/demo\",name=\"\",image=\"\"} 4.5\n")
                .contains("container_fs_reads_bytes_total{id=\"/vigia/demo\",name=\"\",image=\"\",device=\"8:16\"}"
                        + " 4096\n")
                .contains("event=\"oom_kill\",scope=\"tree\"} 4\n");
    }

    @Test
    void leavesOutWhatIsUnknown() {
        String text = exposition.render(List.of(Samples.unknown("/x")), Format.PROMETHEUS_TEXT, 1);
        assertThat(text.lines().filter(line -> line.contains("id=\"/x\"")))
                .containsExactly("container_last_seen{id=\"/x\",name=\"\",image=\"\"} 1");
    }

    @Test
    void escapesLabels() {
        String text = exposition.render(List.of(Samples.unknown("/a\\x80\"b")), Format.PROMETHEUS_TEXT, 1);
        assertThat(text).contains("id=\"/a\\\\x80\\\"b\"");
    }

    @Test
    void endsOpenMetricsOnceAndNamesCountersWithoutTotal() {
        Counter.build("vigia_things_total", "Things.").register(registry).inc();
        String text = exposition.render(List.of(Samples.known("/x")), Format.OPENMETRICS, 1);
        assertThat(text).endsWith("# EOF\n").containsOnlyOnce("# EOF");
        assertThat(text)
                .contains("# TYPE container_cpu_usage_seconds counter\n")
                .contains("# TYPE vigia_things counter\n")
                .contains("vigia_things_total 1.0");
    }

    @Test
    void prefersTextUnlessOpenMetricsIsAskedFor() {
        assertThat(Format.of(null)).isEqualTo(Format.PROMETHEUS_TEXT);
        assertThat(Format.of("*/*")).isEqualTo(Format.PROMETHEUS_TEXT);
        assertThat(Format.of("application/openmetrics-text;version=1.0.0,text/plain;q=0.5"))
                .isEqualTo(Format.OPENMETRICS);
    }

    @Test
    void startsCountersAtZero() {
        Counters unused = new Counters(registry, "1", List.of("group.created"), List.of("inotify"));
        String text = exposition.render(List.of(), Format.PROMETHEUS_TEXT, 1);
        assertThat(unused).isNotNull();
        assertThat(text)
                .contains("vigia_events_total{type=\"group.created\",} 0.0")
                .contains("vigia_events_lost_total{source=\"inotify\",} 0.0")
                .contains("vigia_reaction_seconds_count 0.0");
    }
}
