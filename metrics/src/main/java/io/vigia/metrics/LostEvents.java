package io.vigia.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** {@code vigia_events_lost_total}: some sources tell each loss, others keep count themselves. Thread-safe. */
final class LostEvents extends Collector {
    private final Map<String, AtomicLong> told = new ConcurrentSkipListMap<>();
    private final Map<String, LongSupplier> counted = new ConcurrentSkipListMap<>();

    LostEvents(List<String> sources) {
        sources.forEach(source -> told.put(source, new AtomicLong()));
    }

    void add(String source, long count) {
        long unused = told.computeIfAbsent(source, s -> new AtomicLong()).addAndGet(count);
    }

    void count(String source, LongSupplier total) {
        counted.put(source, total);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<String, Long> all = new TreeMap<>();
        told.forEach((source, count) -> all.merge(source, count.get(), Long::sum));
        counted.forEach((source, total) -> all.merge(source, total.getAsLong(), Long::sum));
        CounterMetricFamily family = new CounterMetricFamily(
                "vigia_events_lost", "Events lost, by the source that lost them.", List.of("source"));
        all.forEach((source, count) -> family.addMetric(List.of(source), (double) count));
        return List.of(family);
    }
}
