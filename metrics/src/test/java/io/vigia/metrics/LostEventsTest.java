package io.vigia.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LostEventsTest {
    @Test
    void addsWhatIsToldAndWhatIsCountedElsewhere() {
        CollectorRegistry registry = new CollectorRegistry();
        Counters counters = new Counters(registry, "1", List.of(), List.of("inotify"));
        AtomicLong ofJournal = new AtomicLong();
        counters.lost("journal", ofJournal::get);
        counters.lost("inotify", -1);
        counters.lost("inotify", 41);
        ofJournal.set(7);
        String text = Samples.render(new Exposition(registry), List.of(), Format.OPENMETRICS);
        assertThat(text)
                .contains("# TYPE vigia_events_lost counter\n")
                .contains("vigia_events_lost_total{source=\"inotify\"} 42.0\n")
                .contains("vigia_events_lost_total{source=\"journal\"} 7.0\n");
    }

    @Test
    void labelsComeAtZeroAndGoWithWhatTheyName() {
        CollectorRegistry registry = new CollectorRegistry();
        Counters counters = new Counters(registry, "1", List.of(), List.of());
        counters.policyAdded("p", List.of("done", "failed"));
        counters.containerAdded("g", "c");
        assertThat(Samples.render(new Exposition(registry), List.of(), Format.OPENMETRICS))
                .contains("vigia_policy_decisions_total{policy=\"p\",outcome=\"failed\"} 0.0\n")
                .contains("vigia_container_restarts_total{group=\"g\",container=\"c\"} 0.0\n");
        counters.policyRemoved("p", List.of("done", "failed"));
        counters.containerRemoved("g", "c");
        assertThat(Samples.render(new Exposition(registry), List.of(), Format.OPENMETRICS))
                .doesNotContain("policy=\"p\"")
                .doesNotContain("container=\"c\"");
    }
}
