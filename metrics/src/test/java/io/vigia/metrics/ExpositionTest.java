package io.vigia.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.vigia.kernel.model.CgroupNumber;
import io.vigia.kernel.model.CgroupNumbers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Exposition exposition = new Exposition(registry);

    @Test
    void usesCadvisorsNamesAndUnits() {
        String text = Samples.render(exposition, List.of(Samples.known("/vigia/demo")), Format.PROMETHEUS_TEXT);
        assertThat(text)
                .contains("container_cpu_usage_seconds_total{id=\"/vigia/demo\",name=\"\",image=\"\"} 0.081234\n")
                .contains("container_memory_working_set_bytes{id=\"/vigia/demo\",name=\"\",image=\"\"} 6340032\n")
                .contains("container_pressure_cpu_waiting_seconds_total{id=\"/vigia/demo\",name=\"\",image=\"\"} 4.5\n")
                .contains("container_fs_reads_bytes_total{id=\"/vigia/demo\",name=\"\",image=\"\",device=\"8:16\"}"
                        + " 4096\n")
                .contains("container_fs_writes_total{id=\"/vigia/demo\",name=\"\",image=\"\",device=\"8:16\"} 2\n")
                .contains("container_network_transmit_packets_dropped_total{id=\"/vigia/demo\",name=\"\",image=\"\","
                        + "interface=\"eth0\"} 8\n")
                .contains("container_start_time_seconds{id=\"/vigia/demo\",name=\"\",image=\"\"} 1700000000.25\n")
                .contains("event=\"oom_kill\",scope=\"tree\"} 4\n");
    }

    @Test
    void unlimitedIsZeroForMemoryAndNoQuotaForCpu() {
        GroupSample group = Samples.known("/x");
        group.numbers().set(CgroupNumber.MEMORY_MAX_BYTES, CgroupNumbers.UNLIMITED);
        group.numbers().set(CgroupNumber.CPU_QUOTA_USEC, CgroupNumbers.UNLIMITED);
        group.numbers().set(CgroupNumber.PIDS_MAX, CgroupNumbers.UNLIMITED);
        String text = Samples.render(exposition, List.of(group), Format.PROMETHEUS_TEXT);
        assertThat(text)
                .contains("container_spec_memory_limit_bytes{id=\"/x\",name=\"\",image=\"\"} 0\n")
                .contains("container_threads_max{id=\"/x\",name=\"\",image=\"\"} 0\n")
                .contains("container_spec_cpu_period{id=\"/x\"")
                .doesNotContain("container_spec_cpu_quota{");
    }

    @Test
    void countsOfTheGroupItselfHaveToDoWhereTheHierarchyKnowsNoOthers() {
        GroupSample group = Samples.known("/x");
        group.numbers().set(CgroupNumber.EVENTS_OOM_KILL, CgroupNumbers.UNKNOWN);
        group.numbers().set(CgroupNumber.LOCAL_OOM_KILL, 9);
        group.numbers().set(CgroupNumber.EVENTS_MAX, CgroupNumbers.UNKNOWN);
        group.numbers().set(CgroupNumber.MEMORY_AND_SWAP_MAX_BYTES, 536_870_912);
        String text = Samples.render(exposition, List.of(group), Format.PROMETHEUS_TEXT);
        assertThat(text)
                .contains("container_oom_events_total{id=\"/x\",name=\"\",image=\"\"} 9\n")
                .doesNotContain("container_memory_events_max_total{")
                .doesNotContain("event=\"max\"");
    }

    @Test
    void namesPodsWhereTheyAreKnown() {
        GroupLabels.Pod pod = new GroupLabels.Pod("shop", "cart-1", "web");
        GroupSample group =
                new GroupSample(new GroupLabels("/k", "", "", pod), new CgroupNumbers(), -1, DeviceNames.NUMBERS);
        assertThat(Samples.render(exposition, List.of(group), Format.PROMETHEUS_TEXT))
                .contains("{id=\"/k\",name=\"\",image=\"\",namespace=\"shop\",pod=\"cart-1\",container=\"web\"} 1\n");
    }

    @Test
    void writesNumbersExactly() {
        ByteText out = new ByteText();
        for (long value : new long[] {0, 9, 10, 99, 1_000_000_000_000L, Long.MAX_VALUE}) {
            out.number(value).add(' ');
        }
        out.decimal(1, 6, 1_000_000).add(' ').decimal(1_200_000, 6, 1_000_000).add(' ');
        out.decimal(Long.MAX_VALUE, 6, 1_000_000);
        assertThat(new String(out.bytes(), 0, out.length(), StandardCharsets.UTF_8))
                .isEqualTo("0 9 10 99 1000000000000 9223372036854775807 0.000001 1.2 9223372036854.775807");
    }

    @Test
    void leavesOutWhatIsUnknown() {
        String text = Samples.render(exposition, List.of(Samples.unknown("/x")), Format.PROMETHEUS_TEXT);
        assertThat(text.lines().filter(line -> line.contains("id=\"/x\"")))
                .containsExactly("container_last_seen{id=\"/x\",name=\"\",image=\"\"} 1");
    }

    @Test
    void escapesLabels() {
        String text = Samples.render(exposition, List.of(Samples.unknown("/a\\x80\"b")), Format.PROMETHEUS_TEXT);
        assertThat(text).contains("id=\"/a\\\\x80\\\"b\"");
    }

    @Test
    void endsOpenMetricsOnceAndNamesCountersWithoutTotal() {
        Counter.build("vigia_things_total", "Things.").register(registry).inc();
        String text = Samples.render(exposition, List.of(Samples.known("/x")), Format.OPENMETRICS);
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
        assertThat(Format.of("application/openmetrics-text;q=0")).isEqualTo(Format.PROMETHEUS_TEXT);
        assertThat(Format.of("application/openmetrics-text; q=0.2, text/plain; q=0.4"))
                .isEqualTo(Format.PROMETHEUS_TEXT);
        assertThat(Format.of("text/plain;q=0.5,application/openmetrics-text;version=0.0.1;q=0.75,*/*"))
                .isEqualTo(Format.OPENMETRICS);
        assertThat(Format.of("application/openmetrics-text;version=1.0.0,text/plain;q=0.5"))
                .isEqualTo(Format.OPENMETRICS);
    }

    @Test
    void startsCountersAtZero() {
        Counters unused = new Counters(registry, "1", List.of("group.created"), List.of("inotify"));
        String text = Samples.render(exposition, List.of(), Format.PROMETHEUS_TEXT);
        assertThat(unused).isNotNull();
        assertThat(text)
                .contains("vigia_events_total{type=\"group.created\",} 0.0")
                .contains("vigia_events_lost_total{source=\"inotify\",} 0.0")
                .contains("vigia_reaction_seconds_count 0.0");
    }
}
